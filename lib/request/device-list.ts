import { sessionHandle } from "@carryover/session/internal/session-id";
import type { LiveSession } from "@/lib/session-definition";
import type { Visit } from "@/lib/visit";

/** One of a user's sessions, as its owner sees it. Times are ISO 8601 UTC. */
export interface ListedDevice {
  readonly handle: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
  /** The browser and the system in words. */
  readonly device: string;
  /** The server that made the last change. */
  readonly servedBy: string;
}

/** The sessions of a user with their handles, newest first; `current`, too, where the list was lost. Two requests to Redis. */
export async function sessionsByHandle(
  { sessions }: Visit,
  userId: string,
  current?: LiveSession,
): Promise<Map<string, LiveSession>> {
  const listed = await sessions.list(userId);
  const isMissing = current && !listed.some(({ id }) => id === current.id);
  const live = isMissing ? [current, ...listed] : listed;
  const entries = live.map(async (each) => [await sessionHandle(each.id), each] as const);
  return new Map(await Promise.all(entries));
}

export async function listDevices(
  visit: Visit,
  userId: string,
  currentHandle: string,
): Promise<ListedDevice[]> {
  const byHandle = await sessionsByHandle(visit, userId);
  return Array.from(byHandle, ([handle, live]) => ({
    handle,
    current: handle === currentHandle,
    createdAt: isoTime(live.session.createdAt),
    lastSeenAt: isoTime(lastSeenMs(live)),
    expiresAt: isoTime(live.session.expiresAt),
    device: live.session.device,
    servedBy: live.session.servedBy,
  }));
}

// Each visit sets the TTL to the idle timeout, so what is missing from it is the time since. Near the absolute end, the TTL
// is the time to that: then this is the earliest that it can have been.
function lastSeenMs({ session, ttlMs, nowMs }: LiveSession): number {
  return Math.max(session.createdAt, nowMs - (session.idleSeconds * 1000 - ttlMs));
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
