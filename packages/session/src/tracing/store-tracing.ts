import type { RedisWithin } from "../redis/transport/client.ts";
import type { SessionStore } from "../session-store.ts";

/** Puts spans around what a store does for one HTTP request. */
export type StoreTracing = <D>(store: SessionStore<D>, redis: RedisWithin) => SessionStore<D>;

// On the process and not in this module: what starts a server and what answers are bundled apart, each with a copy of it.
const KEY = Symbol.for("carryover.store-tracing");
const shared: typeof globalThis & { [KEY]?: StoreTracing | undefined } = globalThis;

export function installStoreTracing(tracing: StoreTracing | undefined): void {
  shared[KEY] = tracing;
}

/** The store with spans around it; where tracing is off, the store itself. */
export function tracedIfOn<D>(store: SessionStore<D>, redis: RedisWithin): SessionStore<D> {
  return shared[KEY]?.(store, redis) ?? store;
}
