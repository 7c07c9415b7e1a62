/**
 * Lets two things happen at one moment, trial after trial: the one that came first is delayed a little longer the next time,
 * so that they keep meeting in both orders, however long each of them takes.
 */
export interface Meeting {
  /** Starts both. */
  bring<A, B>(one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]>;
  /** Who came first, once it is known. */
  learn(first: "one" | "other"): void;
}

const STEP_MS = 1;
const SPREAD_MS = 4;

export function createMeeting(): Meeting {
  let holdOneMs = 0;
  return {
    bring(one, other) {
      const spreadMs = (Math.random() * 2 - 1) * SPREAD_MS;
      return Promise.all([pause(holdOneMs + spreadMs).then(one), pause(-holdOneMs - spreadMs).then(other)]);
    },
    learn(first) {
      holdOneMs += first === "one" ? STEP_MS : -STEP_MS;
    },
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms > 0) setTimeout(resolve, ms);
    else resolve();
  });
}
