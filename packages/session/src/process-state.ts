import type { AuditFields } from "./audit/audit.ts";
import type { User } from "./define-session.ts";
import { readEnv } from "./env.ts";
import { type LineBudget, logEvent } from "./log.ts";
import type { BoundedMemory } from "./memory/bounded-memory.ts";
import { type KnownIds, knownIds } from "./memory/known-ids.ts";
import type { ActiveBacklog } from "./redis/active/active-backlog.ts";
import type { SeenSessions } from "./redis/seen-sessions.ts";
import type { RedisWithin } from "./redis/transport/deadline.ts";
import type { SessionStore, StoreUnavailable } from "./store.ts";

/**
 * Gets what this process does, to count it. No ID, address or session data is in it. Each call is made at once and not
 * awaited: it must return quickly and must not throw.
 */
export interface SessionObserver {
  /** A session began. `null`: an anonymous visitor's. The user tells the kind, and is no label. */
  began(user: User | null): void;
  /**
   * An event of the audit log, also one that the log has no room for, with the fields that are not hashed
   * (docs/audit-events.md). `why` and `limit` have few values; `path` and `by` may have any.
   */
  audited(event: string, fields: AuditFields): void;
  /** A route handler answered with a problem of this code. */
  refused(code: string): void;
  /** @param outcome `ok`, or the reason of {@link StoreUnavailable} */
  asked(operation: string, outcome: string, seconds: number): void;
}

/** Puts spans around what a store does for one HTTP request. */
export type StoreTracing = <D>(store: SessionStore<D>, redis: RedisWithin) => SessionStore<D>;

/** What all copies of this package in one process have in common. */
interface ProcessState {
  /** The server's name, where the environment gives it none. */
  instanceName?: string;
  startedAt?: string;
  storeTracing?: StoreTracing | undefined;
  observer?: SessionObserver | undefined;
  /** By address, when it may begin again, on the monotonic clock of `performance.now()`. */
  refusedUntilMs?: BoundedMemory<number>;
  /** The IDs of sessions that came here, with what is expensive to find out of them. */
  readonly knownIds: KnownIds;
  /** What changes of sessions are made on. */
  seenSessions?: SeenSessions;
  /** What the index of active sessions is still to be told. */
  activeBacklog?: ActiveBacklog;
  /** Whether the log says that browsers come over plain http. */
  hasWarnedOfPlainHttp?: boolean;
  /** Of the audit log. */
  lineBudget?: LineBudget;
  /** Events that are logged once. */
  readonly logged: Set<string>;
}

// With Turbopack pages and route handlers hold a copy of each module, and so of its variables. An edge middleware has a
// `globalThis` of its own and shares nothing. The number is that of this interface: another version's copy has its own.
const KEY = Symbol.for("@carryover/session/1");
const holder: typeof globalThis & { [KEY]?: ProcessState } = globalThis;

/** About 4 MB of them; as much again where a middleware on the edge runtime is part of the process, and has its own. */
const MAX_KNOWN_IDS = 5_000;

let state: ProcessState | undefined;

export function processState(): ProcessState {
  if (state) return state;
  holder[KEY] ??= { knownIds: knownIds(MAX_KNOWN_IDS), logged: new Set() };
  // Kept: a test that stands for a new process takes it from `globalThis`, and what began before goes on with its own.
  state = holder[KEY];
  return state;
}

/** Puts spans around what the stores of this process do from now on; `undefined`: no more. */
export function installStoreTracing(tracing: StoreTracing | undefined): void {
  processState().storeTracing = tracing;
}

/** The store with spans around it; where tracing is off, the store itself. */
export function tracedIfOn<D>(store: SessionStore<D>, redis: RedisWithin): SessionStore<D> {
  return processState().storeTracing?.(store, redis) ?? store;
}

/** Tells this observer what the process does from now on; `undefined`: nobody. It replaces the one before. */
export function installSessionObserver(observer: SessionObserver | undefined): void {
  processState().observer = observer;
}

/** {@link logEvent}, once a process: for what a broken build would otherwise say with every request. */
export function logEventOnce(event: string): void {
  const { logged } = processState();
  if (!logged.has(event)) logEvent(event);
  logged.add(event);
}

/** When this process began, ISO 8601 UTC; where the host does not say, when its first request came. */
export function startedAt(): string {
  // Not at module level: on Cloudflare Workers the time origin is 0, and so is the clock before the first request.
  const state = processState();
  state.startedAt ??= new Date(performance.timeOrigin || Date.now()).toISOString();
  return state.startedAt;
}

/** The name of the server that answers: `INSTANCE_NAME`, else one made up for the life of this process. */
export function instanceName(): string {
  // Not at module level: some hosts allow no random numbers before the first request.
  const state = processState();
  state.instanceName ??= readEnv().instanceName ?? `server-${crypto.randomUUID().slice(0, 4)}`;
  return state.instanceName;
}

/** The server that this process is. */
export interface ServerInstance {
  /** `INSTANCE_NAME`, else a name made up for the life of this process. */
  readonly name: string;
  /** When it began, ISO 8601 UTC. */
  readonly startedAt: string;
  /** Scheme, host and port of the REST service that keeps its sessions. */
  readonly redisOrigin: string;
  /**
   * Writes a line of JSON to the operator's log, as the package writes its own. Never an ID, a password or session
   * data.
   */
  readonly log: typeof logEvent;
}

export const server: ServerInstance = {
  get name() {
    return instanceName();
  },
  get startedAt() {
    return startedAt();
  },
  get redisOrigin() {
    return new URL(readEnv().redisRestUrl).origin;
  },
  log: logEvent,
};
