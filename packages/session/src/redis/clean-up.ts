import { logEvent } from "../log.ts";
import type { SessionId } from "../session-id.ts";
import { type LiveSession, StoreUnavailable } from "../store.ts";
import type { StoreParts } from "./create-session.ts";

/** Pauses before what could not be cleaned up is tried again. */
const PAUSES_MS = [100, 1_000, 4_000];
/** So many at once in a process: a Redis that comes back is not met by all that failed meanwhile. */
const MAX_AT_ONCE = 32;

let underWay = 0;

/**
 * Cleans up at Redis after a request that an outage cut off. Nobody waits for it, and it may fail: what is left over ends by
 * its idle timeout. It never rejects.
 *
 * @param work may be done again from its beginning
 */
export async function cleanUp(work: () => Promise<void>): Promise<void> {
  if (underWay >= MAX_AT_ONCE) return;
  underWay++;
  try {
    for (const pauseMs of PAUSES_MS) {
      if (await isDone(work)) return;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    await work();
  } catch (error) {
    logEvent("session-left-over", { reason: error instanceof Error ? error.name : "unknown" });
  } finally {
    underWay--;
  }
}

/** Whether it is; not, where Redis could not be asked. */
async function isDone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailable) return false;
    throw error;
  }
}

interface Claim<D> {
  readonly oldId: SessionId;
  /** The revision at which the old session was to be claimed. */
  readonly revision: number;
  /** The session that was to take its place. */
  readonly fresh: LiveSession<D>;
}

/**
 * After a claim whose outcome nobody knows: leaves one of the two sessions alive. Where the old one lives, its revision
 * moves on, so that a claim that is still under way comes too late, and the new one ends. Where the old one was claimed for
 * the new one, that stays.
 *
 * @throws StoreUnavailable: nobody knows yet; to be asked again
 */
export async function settleRotation<D>(
  { steps, userSessions }: StoreParts<D>,
  { oldId, revision, fresh }: Claim<D>,
): Promise<void> {
  const found = await steps.read(oldId, "peek");
  // Saved or overtaken by another change: either way it is at another revision now, or gone.
  const isAtRevision = found.state === "live" && found.session.revision === revision;
  const old = isAtRevision ? (await steps.save(found, found.session)).now : found;
  if (old.state === "ended" && old.successor === fresh.id) return;
  await steps.destroy(fresh.id, { evenAbsent: true });
  if (fresh.session.user) await userSessions.remove(fresh.session.user.id, [fresh.id]);
}
