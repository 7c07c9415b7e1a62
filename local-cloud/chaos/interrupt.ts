import { setTimeout as pause } from "node:timers/promises";

/** What can be stopped in order and started again. */
export type Stoppable = { stop(): Promise<void>; start(): Promise<void> };

/**
 * Stops a part for a while. Whatever happens meanwhile, it is started again, unless `signal` says that the local cloud
 * itself ends: what is started then would be left over.
 */
export async function interrupt(
  part: Stoppable,
  { forMs, signal }: { forMs: number; signal: AbortSignal },
): Promise<void> {
  try {
    await part.stop();
    await pause(forMs, undefined, { signal });
  } finally {
    if (!signal.aborted) await part.start();
  }
}
