import type { LineBudget } from "./audit/line-budget.ts";
import type { BoundedMemory } from "./bounded-memory.ts";
import type { RedisWithin } from "./redis/transport/deadline.ts";
import type { SessionStore } from "./store.ts";

/** Puts spans around what a store does for one HTTP request. */
export type StoreTracing = <D>(store: SessionStore<D>, redis: RedisWithin) => SessionStore<D>;

/** What all copies of this package in one process have in common. */
interface ProcessState {
  /** The server's name, where the environment gives it none. */
  instanceName?: string;
  startedAt?: string;
  storeTracing?: StoreTracing | undefined;
  /** By address, when it may begin again, on the clock of `performance.now()`: nobody can set that one. */
  refusedUntilMs?: BoundedMemory<number>;
  /** Of the audit log. */
  lineBudget?: LineBudget;
  /** Events that are logged once. */
  readonly logged: Set<string>;
}

// With Turbopack pages and route handlers hold a copy of each module, and so of its variables. An edge middleware has a
// `globalThis` of its own and shares nothing. The number is that of this interface: another version's copy has its own.
const KEY = Symbol.for("@carryover/session/1");
const holder: typeof globalThis & { [KEY]?: ProcessState } = globalThis;

export function processState(): ProcessState {
  holder[KEY] ??= { logged: new Set() };
  return holder[KEY];
}

/** Puts spans around what the stores of this process do from now on; `undefined`: no more. */
export function installStoreTracing(tracing: StoreTracing | undefined): void {
  processState().storeTracing = tracing;
}

/** The store with spans around it; where tracing is off, the store itself. */
export function tracedIfOn<D>(store: SessionStore<D>, redis: RedisWithin): SessionStore<D> {
  return processState().storeTracing?.(store, redis) ?? store;
}
