import type { Redis } from "@upstash/redis";
import type { RedisAddress } from "../../env.ts";
import { processState } from "../../process-state.ts";
import { StoreUnavailable } from "../../store.ts";
import { ForeignAnswer } from "./batching.ts";
import { clientOf } from "./connect.ts";

/** One REST request, and what was asked with it: the names of operations, and never what they were about. */
export interface RoundTrip {
  readonly operations: readonly string[];
  /** Milliseconds until its answer was there; 0 while it is on its way. */
  readonly ms: number;
}

/**
 * A way to Redis for one HTTP request: whatever it waits for shares one deadline. An answer that came back carries on;
 * whatever else happens is {@link StoreUnavailable}.
 */
export interface RedisWithin {
  /**
   * Runs one or more commands; those issued in one tick travel in one REST request.
   *
   * @param operation what is being done, for the operator's log
   * @throws StoreUnavailable
   */
  run<T>(operation: string, commands: (redis: Redis) => Promise<T>): Promise<T>;
  /** Waits for something that others do at Redis, within the same deadline; its own errors pass. @throws StoreUnavailable */
  wait<T>(operation: string, work: () => Promise<T>): Promise<T>;
  /** The REST requests that have been waited for so far, in order. */
  readonly roundTrips: readonly RoundTrip[];
  /** What of the deadline is spent. */
  readonly spentMs: number;
}

/** @param deadlineMs what all the waiting together may take */
export function redisWithin(env: RedisAddress, deadlineMs = env.sessionDeadlineMs): RedisWithin {
  let spentMs = 0;
  let waits = 0;
  const { roundTrips, join } = roundTripLog();
  let sinceMs = 0;
  const spent = () => spentMs + (waits > 0 ? performance.now() - sinceMs : 0);

  async function wait<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const leftMs = deadlineMs - spent();
    // Once nobody waits for it, nothing more is asked.
    if (leftMs < 1) throw new StoreUnavailable(operation, "timeout");
    // Waits may overlap and stand within each other: time passes once.
    if (waits++ === 0) sinceMs = performance.now();
    try {
      return await before(leftMs, work(), () => new StoreUnavailable(operation, "timeout"));
    } finally {
      if (--waits === 0) spentMs += performance.now() - sinceMs;
    }
  }

  return {
    wait,
    roundTrips,
    get spentMs() {
      return spent();
    },
    run(operation, commands) {
      const answer = wait(operation, async () => {
        const answered = join(operation);
        try {
          const client = clientOf(env);
          // Not a tick later than need be: what is issued in one tick travels together.
          return await commands(client instanceof Promise ? await client : client);
        } catch (error) {
          throw unavailable(operation, error);
        } finally {
          answered();
        }
      });
      observe(operation, answer);
      return answer;
    },
  };
}

/** Tells the process' observer how long the answer took, and leaves the answer as it is. */
function observe(operation: string, answer: Promise<unknown>): void {
  const { observer } = processState();
  if (!observer) return;
  const startedMs = performance.now();
  const asked = (outcome: string) =>
    observer.asked(operation, outcome, (performance.now() - startedMs) / 1000);
  answer.then(
    () => asked("ok"),
    (error: unknown) => asked(error instanceof StoreUnavailable ? error.reason : "error"),
  );
}

/** Counts round trips: what is asked in one tick travels together. */
function roundTripLog() {
  const roundTrips: { operations: string[]; ms: number }[] = [];
  let current: { operations: string[]; ms: number } | null = null;
  return {
    roundTrips,
    /** Joins the round trip of this tick, and returns what to call when it is over. */
    join(operation: string): () => void {
      const startedMs = performance.now();
      const roundTrip = current ?? { operations: [], ms: 0 };
      roundTrip.operations.push(operation);
      if (!current) {
        current = roundTrip;
        roundTrips.push(roundTrip);
        queueMicrotask(() => {
          current = null;
        });
      }
      return () => {
        roundTrip.ms = performance.now() - startedMs;
      };
    },
  };
}

async function before<T>(leftMs: number, answer: Promise<T>, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), leftMs);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

// Redis' own code words are upper case at the beginning of its text; the client wraps them in sentences of its own
// that end with the whole command, session ID and data and all. Nothing else of the text may get out.
const REDIS_CODE =
  /(?:^|: )(OOM|READONLY|LOADING|WRONGTYPE|NOSCRIPT|NOAUTH|WRONGPASS|NOPERM|MASTERDOWN|CLUSTERDOWN|MISCONF|BUSY|TRYAGAIN|ERR|UNAVAILABLE)\b/;

// What an ACL forbids to a command inside a script says no NOPERM: the first is Redis 7.0's text, the second that of Redis 8
// and Valkey.
const REFUSED_IN_SCRIPT = /ERR (?:The user executing the script can't |ACL failure in script: )/;

/** A class of failure in a word, never the vendor's text. */
function unavailable(operation: string, error: unknown): StoreUnavailable {
  if (!(error instanceof Error)) return new StoreUnavailable(operation, "unknown");
  if (error.name === "TimeoutError" || error.name === "AbortError")
    return new StoreUnavailable(operation, "timeout");
  if (error instanceof ForeignAnswer) return new StoreUnavailable(operation, error.reason, error.mayBeDone);
  const networkCode = codeOf(error) ?? codeOf(error.cause);
  const word =
    networkCode ??
    (REFUSED_IN_SCRIPT.test(error.message) ? "NOPERM" : REDIS_CODE.exec(error.message)?.[1]) ??
    error.name.replaceAll(/[^A-Za-z]/g, "").slice(0, 40);
  // The client's own errors stand for an answer that came and said no. A broken one is another matter: it may hide a yes.
  const answered = error.name === "UpstashError";
  return new StoreUnavailable(operation, word, !answered && networkCode !== "ECONNREFUSED");
}

/** Node's word for what went wrong with a connection: `ECONNREFUSED`. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z_]{3,40}$/.test(code) ? code : undefined;
}
