import { processState, type StoreTracing } from "../process-state.ts";
import type { RedisWithin } from "../redis/transport/client.ts";
import type { SessionStore } from "../session-store.ts";

/** Puts spans around what the stores of this process do from now on; `undefined`: no more. */
export function installStoreTracing(tracing: StoreTracing | undefined): void {
  processState().storeTracing = tracing;
}

/** The store with spans around it; where tracing is off, the store itself. */
export function tracedIfOn<D>(store: SessionStore<D>, redis: RedisWithin): SessionStore<D> {
  return processState().storeTracing?.(store, redis) ?? store;
}
