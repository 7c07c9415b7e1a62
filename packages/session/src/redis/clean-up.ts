import { logEvent } from "../log.ts";
import { StoreUnavailable } from "../store.ts";

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
