import type { AdminSession, LastHour } from "@carryover/session/next";
import { admin, type ShopContext } from "@/lib/session";
import { type PageFields, sessionFilterOf } from "./session-filter";

/** A session as an operator sees it: never its ID, and nothing of its cart and profile. Times are ISO 8601 UTC. */
export interface ActiveSession
  extends Pick<AdminSession, "handle" | "device" | "servedBy" | "createdAt" | "lastSeenAt"> {
  /** The user's name; `null`: a visitor. */
  readonly user: string | null;
  /** Whether it is the operator's own that asks. */
  readonly current: boolean;
}

export interface ActiveSessions {
  /** When they were read, by Redis' time. */
  readonly now: string;
  readonly sessions: readonly ActiveSession[];
  /** For the next page; `null` after the last. */
  readonly cursor: string | null;
}

export interface SessionNumbers extends LastHour {
  readonly signedIn: number;
  /** With a cart or a theme, and without a user. */
  readonly visitors: number;
  readonly isEstimate: boolean;
}

interface Asking extends Pick<ShopContext, "redis" | "keys"> {
  /** The operator's own session. */
  readonly own: { readonly handle: string; readonly nowMs: number };
}

/** A page of the sessions that meet the filter. No timeout is renewed. @throws StoreUnavailable */
export async function activeSessions(
  { own, ...context }: Asking,
  { cursor, ...fields }: PageFields,
): Promise<ActiveSessions> {
  const now = new Date(own.nowMs).toISOString();
  const filter = await sessionFilterOf(context, fields, own.nowMs);
  if (filter === null) return { now, sessions: [], cursor: null };
  const { sessions, cursor: next } = await admin.list({ ...filter, cursor });
  return { now, sessions: sessions.map((each) => activeSession(each, own.handle)), cursor: next };
}

function activeSession(
  { handle, user, device, servedBy, createdAt, lastSeenAt }: AdminSession,
  ownHandle: string,
): ActiveSession {
  return {
    ...{ handle, user: user?.name ?? null, device, servedBy, createdAt, lastSeenAt },
    current: handle === ownHandle,
  };
}

/** What lives, and what became of sessions in the last hour. @throws StoreUnavailable */
export async function sessionNumbers(): Promise<SessionNumbers> {
  const [{ signedIn, visitors, isEstimate }, lastHour] = await Promise.all([admin.count(), admin.lastHour()]);
  return { signedIn, visitors, isEstimate, ...lastHour };
}
