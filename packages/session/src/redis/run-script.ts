import { z } from "zod/mini";
import { StoreUnavailable } from "../store.ts";
import type { RedisWithin } from "./transport/deadline.ts";
import { runScript } from "./transport/sent-scripts.ts";

/** A step of Redis that may be sent twice: done once or twice, the outcome is the same, and so is the reply. */
export interface Step<T> {
  /** What is being done, for the operator's log. */
  readonly operation: string;
  readonly script: string;
  readonly key: string;
  readonly args: readonly string[];
  readonly reply: z.core.$ZodType<T>;
}

export interface Evaluated<T> {
  readonly reply: T;
  /** An earlier answer to this step was lost. */
  readonly wasRepeated: boolean;
}

/** Pauses before a step whose answer was lost is sent again. */
const PAUSES_MS = [20, 80];

/**
 * Evaluates a step: one request, and one more for each answer that was lost, or where Redis has forgotten the script.
 * @throws StoreUnavailable
 */
export async function evaluate<T>(redis: RedisWithin, step: Step<T>): Promise<Evaluated<T>> {
  const { operation, script, key, args } = step;
  let lost = 0;
  for (;;) {
    try {
      const answer = await redis.run(operation, (client) => runScript(client, script, key, args));
      return { reply: parseReply(operation, step.reply, answer), wasRepeated: lost > 0 };
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (error.reason === "NOSCRIPT") continue;
      const pauseMs = PAUSES_MS[lost];
      if (!error.isAnswerLost || pauseMs === undefined) throw error;
      lost++;
      await pause(redis, pauseMs);
    }
  }
}

/** A random part of the time, so that those who wait for one thing do not come back together; it counts as waiting. */
export function pause(redis: RedisWithin, atMostMs: number): Promise<void> {
  const ms = atMostMs * (0.5 + Math.random() / 2);
  return redis.wait("pause", () => new Promise((resolve) => setTimeout(resolve, ms)));
}

/** What Redis answered, in the shape that it must have: any other tells nothing. @throws StoreUnavailable */
export function parseReply<S extends z.core.$ZodType>(
  operation: string,
  shape: S,
  reply: unknown,
): z.output<S> {
  const parsed = z.safeParse(shape, reply);
  if (!parsed.success) throw new StoreUnavailable(operation, "unexpected reply");
  return parsed.data;
}
