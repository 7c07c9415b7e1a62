import type { User } from "./define-session.ts";
import { processState } from "./process-state.ts";
import { type SessionId, sessionHandle } from "./session-id.ts";
import type { LiveSession } from "./store.ts";

/** A session without its ID, as pages and handlers read it. */
export interface CurrentSession<D = unknown> {
  /** A short fingerprint of the session's ID, to name it by. */
  readonly handle: string;
  /** `null`: an anonymous visitor. */
  readonly user: User | null;
  /** The app's own. */
  readonly data: D;
  /** Epoch milliseconds by Redis' time. */
  readonly createdAt: number;
  /** The absolute end: epoch milliseconds by Redis' time. */
  readonly expiresAt: number;
  /** The idle timeout. */
  readonly idleSeconds: number;
  /** Whether the browser keeps the session when it is closed. */
  readonly remember: boolean;
  /** Whole seconds until the session ends without another request. */
  readonly ttlSeconds: number;
  /** The same in milliseconds. */
  readonly ttlMs: number;
  /** When it was read: epoch milliseconds by Redis' time. */
  readonly nowMs: number;
  /** Grows by one with each change. */
  readonly revision: number;
  /** The server that made the last change. */
  readonly servedBy: string;
  /** The browser and the system that the session began on, in words. */
  readonly device: string;
}

/** A session that has a user. */
export type SignedInSession<D = unknown> = CurrentSession<D> & { readonly user: User };

export function hasUser<D>(session: CurrentSession<D>): session is SignedInSession<D> {
  return session.user !== null;
}

export async function snapshotOf<D>(live: LiveSession<D>): Promise<CurrentSession<D>> {
  return snapshotAs(await rememberedHandle(live.id), live);
}

/** The snapshot of a session whose handle is known. */
export function snapshotAs<D>(
  handle: string,
  { session, ttlMs, nowMs }: Pick<LiveSession<D>, "session" | "ttlMs" | "nowMs">,
): CurrentSession<D> {
  const { user, data, createdAt, expiresAt, idleSeconds, revision, servedBy, device } = session;
  const ttlSeconds = Math.floor(ttlMs / 1000);
  return {
    handle,
    user,
    data,
    createdAt,
    expiresAt,
    idleSeconds,
    remember: session.remember ?? true,
    ttlSeconds,
    ttlMs,
    nowMs,
    revision,
    servedBy,
    device,
  };
}

// The same for as long as the session lives, and with 40 to 150 µs the most expensive part of showing it.
export async function rememberedHandle(id: SessionId): Promise<string> {
  const known = processState().knownIds;
  const remembered = known.handle(id);
  if (remembered) return remembered;
  const handle = await sessionHandle(id);
  known.rememberHandle(id, handle);
  return handle;
}

/** One of a user's sessions. Times are ISO 8601 UTC. */
export interface ListedSession {
  readonly handle: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  /** The browser and the system in words. */
  readonly device: string;
  /** The server that made the last change. */
  readonly servedBy: string;
}

export async function listedSession(live: LiveSession): Promise<ListedSession> {
  const { createdAt, expiresAt, device, servedBy } = live.session;
  return {
    handle: await sessionHandle(live.id),
    createdAt: isoTime(createdAt),
    lastSeenAt: isoTime(lastSeenMs(live)),
    expiresAt: isoTime(expiresAt),
    device,
    servedBy,
  };
}

/**
 * When the session was last used, epoch milliseconds by Redis' time. Each request sets the TTL to the idle timeout, so what is
 * missing from it is the time since. Near the absolute end, the TTL is the time to that: then this is the earliest that it can
 * have been.
 */
export function lastSeenMs({ session, ttlMs, nowMs }: LiveSession): number {
  return Math.max(session.createdAt, nowMs - (session.idleSeconds * 1000 - ttlMs));
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
