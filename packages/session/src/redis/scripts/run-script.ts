import { z } from "zod/mini";
import { StoreUnavailable } from "../../store.ts";
import type { RedisClient } from "../transport/connect.ts";
import type { RedisWithin } from "../transport/deadline.ts";

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

/** The pauses that are under way, by way to Redis and length. */
const pausing = new WeakMap<RedisWithin, Map<number, Promise<void>>>();

/**
 * A random part of the time, so that those who wait for one thing do not come back together; it counts as waiting. What was
 * asked of Redis in one request, and lost its answer with it, waits for one pause and so is sent again in one request, in its order.
 */
export function pause(redis: RedisWithin, atMostMs: number): Promise<void> {
  const own = pausing.get(redis) ?? new Map<number, Promise<void>>();
  pausing.set(redis, own);
  const underWay = own.get(atMostMs);
  if (underWay) return underWay;
  const ms = atMostMs * (0.5 + Math.random() / 2);
  const waiting = redis
    .wait("pause", () => new Promise<void>((resolve) => setTimeout(resolve, ms)))
    .finally(() => own.delete(atMostMs));
  own.set(atMostMs, waiting);
  return waiting;
}

/** What Redis answered, in the shape that it must have: any other says nothing. @throws StoreUnavailable */
export function parseReply<S extends z.core.$ZodType>(
  operation: string,
  shape: S,
  reply: unknown,
): z.output<S> {
  const parsed = z.safeParse(shape, reply);
  if (!parsed.success) throw new StoreUnavailable(operation, "unexpected reply");
  return parsed.data;
}

// By client, and so by Redis: the hashes of the scripts that it was sent.
const sent = new WeakMap<RedisClient, Map<string, string>>();

/**
 * Runs a script in one request: sent whole the first time and after a failure, by its hash otherwise, which is a tenth of
 * the bytes. `NOSCRIPT` comes from a Redis that was emptied or took another's place unnoticed: nothing was run, and
 * the next call sends the script whole. https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
async function runScript(
  client: RedisClient,
  script: string,
  key: string,
  args: readonly string[],
): Promise<unknown> {
  const hashes = hashesOf(client);
  const hash = hashes.get(script);
  if (hash) {
    return client.evalsha(hash, [key], [...args]).catch((error: unknown) => {
      hashes.delete(script);
      throw error;
    });
  }
  const answer = await client.eval(script, [key], [...args]);
  hashes.set(script, await sha1(script));
  return answer;
}

function hashesOf(client: RedisClient): Map<string, string> {
  const known = sent.get(client) ?? new Map<string, string>();
  sent.set(client, known);
  return known;
}

async function sha1(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
