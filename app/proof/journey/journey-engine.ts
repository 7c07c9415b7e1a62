import { idempotencyKey } from "@carryover/session";
import { oneOfAt } from "../../_session/store/json-field";
import { type ParsedSession, parseSession } from "../../_session/store/parsed-session";
import { type Answer, type Ask, troubleOf } from "./answer";
import {
  type JourneyState,
  startOfJourney,
  withAnswer,
  withoutSession,
  withSameAgain,
  withSession,
} from "./journey";

/** `once`: one request is under way, or waits for the store to come back. */
export type Mode = "resting" | "once" | "going";

export interface JourneyShown extends JourneyState {
  readonly mode: Mode;
}

export interface Journey {
  get(): JourneyShown;
  subscribe(listener: () => void): () => void;
  send(): void;
  keepSending(): void;
  pause(): void;
  /** Takes over a session that another part of the page has read: `null` with the reason why there is none. */
  record(session: ParsedSession | null, how?: "absent" | "ended" | "none"): void;
}

interface Surroundings {
  readonly ask: Ask;
  /** Resolves after so long, and not while the tab is hidden. */
  readonly rest: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly initial: ParsedSession | "unavailable" | null;
}

const PACE_MS = 450;
const RETRY_MS = 1000;
/** Nobody watches that long: a page that was left open does not go on for ever. */
const MOST_IN_A_ROW = 1000;
/** What a visitor without a session puts into the cart to begin one. */
export const FIRST_ITEM = "key-ring";

type Course = "done" | "over" | "retry";

/** Sends requests through the balancer, one after the other, and remembers what came back. In an outage it waits and goes on. */
export function createJourney({ ask, rest, nowMs, initial }: Surroundings): Journey {
  let state: JourneyShown = { ...startOfJourney(initial), mode: "resting" };
  let isRunning = false;
  /** By path: of changes that nobody answered. Sent again, each is still the same change, and is made once. */
  const unansweredKeys = new Map<string, string>();
  const listeners = new Set<() => void>();
  const set = (next: Partial<JourneyShown>) => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };

  async function send(does: string, path: string, fields: object): Promise<Answer> {
    const key = unansweredKeys.get(path) ?? idempotencyKey.create();
    const answer = await ask(path, fields, key);
    if (courseOf(answer) === "retry") unansweredKeys.set(path, key);
    else unansweredKeys.delete(path);
    set(withAnswer(state, does, answer, nowMs()));
    return answer;
  }

  async function begin(): Promise<Course> {
    const answer = await send("begins a session", "/api/cart/add", { sku: FIRST_ITEM, quantity: 1 });
    return courseOf(answer);
  }

  async function countView(): Promise<Course> {
    const answer = await send("counts a view", "/api/session/views", {});
    const session = parseSession(answer.body);
    if (troubleOf(answer) === null && session) set(withSameAgain(withSession(state, session, nowMs())));
    if (answer.status !== 401) return courseOf(answer);
    const { body } = await ask("/api/proof");
    const how = oneOfAt(["absent", "ended", "none"], body, "state");
    if (!how) return "retry";
    set(withoutSession(state, how, nowMs()));
    return "over";
  }

  async function step(): Promise<Course> {
    if (state.presence !== "none") {
      const wasUnknown = state.presence === "unknown";
      const course = await countView();
      // Nothing was known, and there is nothing: the press of the button begins it.
      if (!(wasUnknown && course === "over")) return course;
    }
    const course = await begin();
    if (course !== "done") return course;
    set({ presence: "live" });
    return countView();
  }

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    for (let left = MOST_IN_A_ROW; left > 0; left--) {
      const course = await step();
      if (course === "over" || (course === "done" && state.mode === "once")) break;
      await rest(course === "retry" ? RETRY_MS : PACE_MS);
      if (state.mode === "resting") break;
    }
    isRunning = false;
    set({ mode: "resting" });
  }

  function courseOf(answer: Answer): Course {
    const trouble = troubleOf(answer);
    if (trouble === "refused") return "over";
    // A change that was cut off may have been made: only a journey that goes on anyway sends another.
    return trouble === null || trouble === "server" ? "done" : "retry";
  }

  return {
    get: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send() {
      // Presses faster than the servers answer are as many requests.
      if (isRunning && state.presence === "live" && state.trouble === null) return void step();
      if (isRunning) return;
      set({ mode: "once" });
      void run();
    },
    keepSending() {
      set({ mode: "going" });
      void run();
    },
    pause: () => set({ mode: "resting" }),
    record(session, how = "none") {
      if (isRunning) return;
      set({
        ...(session ? withSession(state, session, nowMs()) : withoutSession(state, how, nowMs())),
        trouble: null,
      });
    },
  };
}
