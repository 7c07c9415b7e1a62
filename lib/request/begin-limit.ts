import { boundedMemory } from "@/lib/bounded-memory";
import { takeToken } from "@/lib/redis/rate-limit";
import type { SessionDraft } from "@/lib/session/session";
import type { LiveSession, NoSession } from "@/lib/session/session-store";
import { Problem } from "./problem";
import { clientAddress } from "./site";
import type { Visit } from "./visit";

// What begins stays in Redis for as long as its idle timeout, an account for good: without a bound anybody could fill it.

/** By address, when it may begin again, on the clock of `performance.now()`: nobody can set that one. */
const refusedUntilMs = boundedMemory<number>(10_000);

/** A visit counts once, whatever begins with it. */
const counted = new WeakSet<Visit>();

/**
 * Counts that the visit's address begins a session, a guest or an account, while `work` asks Redis for something else: both
 * travel in one request. An address that was refused is refused again without one, until it may come back.
 *
 * @param undo what `work` did where it was one too many
 * @throws Problem `slow-down` beyond `BEGIN_LIMIT` a minute; whatever `work` throws
 */
export async function withinBeginLimit<T>(
  visit: Visit,
  work: () => Promise<T>,
  undo: (done: T) => Promise<unknown> = async () => {},
): Promise<T> {
  if (counted.has(visit)) return work();
  const address = clientAddress(visit.headers, visit.env);
  refuseUntil(refusedUntilMs.get(address) ?? 0);
  // In one tick, and so in one request: what is wanted first, so that its span counts the request.
  const working = work();
  const counting = countBegin(visit, address);
  const [count] = await Promise.allSettled([counting, working]);
  if (count.status === "fulfilled") return working;
  await working.then(undo, () => {});
  throw count.reason;
}

/** Begins a session, if its address may. One request to Redis for a visitor's. @throws Problem `slow-down`, and what the check throws */
export function beginWithinLimit(
  visit: Visit,
  draft: SessionDraft,
  check?: () => Promise<void>,
): Promise<LiveSession | NoSession> {
  const { sessions } = visit;
  return withinBeginLimit(
    visit,
    () => sessions.begin(draft, check),
    async (begun) => begun.state === "live" && sessions.end(begun.id, "too-many"),
  );
}

async function countBegin(visit: Visit, address: string): Promise<void> {
  const { redis, keys, env, audit } = visit;
  const bucket = { key: keys.limit("begin", address), perMinute: env.beginLimit };
  const waitSeconds = await takeToken(redis, bucket);
  counted.add(visit);
  if (waitSeconds === 0) return;
  const untilMs = performance.now() + waitSeconds * 1000;
  refusedUntilMs.set(address, untilMs);
  await audit.tell("limit-hit", {});
  refuseUntil(untilMs);
}

function refuseUntil(untilMs: number): void {
  const waitMs = untilMs - performance.now();
  if (waitMs > 0) throw new Problem("slow-down", { retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
