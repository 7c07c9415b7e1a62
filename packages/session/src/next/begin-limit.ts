import type { SessionDraft } from "../define-session.ts";
import { boundedMemory } from "../memory/bounded-memory.ts";
import { processState } from "../process-state.ts";
import { takeToken } from "../redis/rate-limit.ts";
import type { CreateOptions, LiveSession, NoSession } from "../store.ts";
import { clientAddress } from "./http/origin.ts";
import { Problem } from "./http/problem.ts";
import type { RequestContext, SessionContext } from "./request-context.ts";

// A session stays in Redis for its idle timeout: without a bound any client could fill Redis.

function refusals() {
  const state = processState();
  state.refusedUntilMs ??= boundedMemory(10_000);
  return state.refusedUntilMs;
}

/**
 * Counts that the request's address begins something, while `work` asks Redis for something else: both
 * travel in one request. An address that was refused is refused again without one, until it may come back.
 *
 * @param undo what `work` did where it was one too many
 * @throws Problem `slow-down` beyond `BEGIN_LIMIT` a minute; whatever `work` throws
 */
export async function withinBeginLimit<T>(
  context: RequestContext,
  work: () => Promise<T>,
  undo: (done: T) => Promise<unknown> = async () => {},
): Promise<T> {
  if (context.isBeginCounted) return work();
  const address = clientAddress(context.headers, context.env);
  refuseUntil(refusals().get(address) ?? 0);
  // In one tick, and so in one request: what is wanted first, so that its span counts the request.
  const working = work();
  const counting = countBegin(context, address);
  const [count] = await Promise.allSettled([counting, working]);
  if (count.status === "fulfilled") return working;
  await working.then(undo, () => {});
  throw count.reason;
}

/**
 * Begins a session, if its address may. One request to Redis for a visitor's.
 *
 * @throws Problem `slow-down`, and what the check throws
 */
export function createWithinLimit<D>(
  context: SessionContext<D>,
  draft: SessionDraft<D>,
  options?: CreateOptions,
): Promise<LiveSession<D> | NoSession> {
  const { sessions } = context;
  return withinBeginLimit(
    context,
    () => sessions.create(draft, options),
    async (begun) => begun.state === "live" && sessions.destroy(begun.id, "too-many"),
  );
}

async function countBegin(context: RequestContext, address: string): Promise<void> {
  const { redis, keys, env, audit } = context;
  const bucket = { key: keys.limit("begin", address), perMinute: env.beginLimit };
  const waitSeconds = await takeToken(redis, bucket);
  context.isBeginCounted = true;
  if (waitSeconds === 0) return;
  const untilMs = performance.now() + waitSeconds * 1000;
  refusals().set(address, untilMs);
  await audit.record("limit-hit", { limit: "begin" });
  refuseUntil(untilMs);
}

function refuseUntil(untilMs: number): void {
  const waitMs = untilMs - performance.now();
  if (waitMs > 0) throw new Problem({ code: "slow-down", retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
