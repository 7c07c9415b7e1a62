import { logEvent } from "../log.ts";
import { StoreUnavailable } from "../session-store.ts";

/** Pauses before what could not be cleaned up is tried again. */
const PAUSES_MS = [100, 1_000, 4_000];
/** So many at once in a process: a Redis that comes back is not met by all that failed meanwhile. */
const MAX_AT_ONCE = 32;

let underWay = 0;

/**
 * Cleans up at Redis after a request that an outage cut off. Nobody waits for it, and it may fail: what is left over ends by
 * its idle timeout. It never rejects for an outage.
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
    if (!(await isDone(work))) logEvent("session-left-over");
  } finally {
    underWay--;
  }
}

async function isDone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return false;
  }
}
