import { sessionHandle } from "../session-id.ts";
import type { LiveSession } from "../session-store.ts";

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

// Each request sets the TTL to the idle timeout, so what is missing from it is the time since. Near the absolute end, the
// TTL is the time to that: then this is the earliest that it can have been.
function lastSeenMs({ session, ttlMs, nowMs }: LiveSession): number {
  return Math.max(session.createdAt, nowMs - (session.idleSeconds * 1000 - ttlMs));
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
