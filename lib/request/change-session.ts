import { anonymousSession, type Session, type SessionDraft } from "@/lib/session/session";
import type { LiveSession, NoSession } from "@/lib/session/session-store";
import { beginWithinLimit } from "./begin-limit";
import { beginningOf } from "./beginning";
import { instanceName } from "./instance";
import { Problem } from "./problem";
import { cookieOf, sessionIdOf, type Visit } from "./visit";

/** A change of a session, and of a draft that is about to begin with it. */
export type SessionChange = <S extends SessionDraft>(session: S) => S;

export interface Changed {
  readonly live: LiveSession;
  /** Only where the session has just begun: the cookie is written where the ID changes, and nowhere else. */
  readonly setCookie?: string;
}

/**
 * Changes the visit's session: two requests to Redis, one where this very request has changed it before.
 *
 * @throws Problem `no-session` without a live one
 */
export async function changeSession(visit: Visit, change: SessionChange): Promise<Changed> {
  const found = await tryChange(visit, change);
  if (found?.state === "live") return { live: found };
  throw new Problem("no-session");
}

/**
 * Changes the visit's session, or begins one with the change: one request to Redis without a cookie of ours, two with.
 *
 * @throws Problem `no-session` where the session was ended a moment ago: what is ended does not begin again by itself;
 * `slow-down` where this address has begun too many
 */
export async function changeOrBeginSession(visit: Visit, change: SessionChange): Promise<Changed> {
  const found = await tryChange(visit, change);
  if (found?.state === "live") return { live: found };
  if (found?.state === "ended") throw new Problem("no-session");
  const live = await beginWithinLimit(visit, change(anonymousSession(beginningOf(visit))));
  if (live.state !== "live") throw new Problem("session-changed");
  return { live, setCookie: await cookieOf(visit, live) };
}

async function tryChange(visit: Visit, change: SessionChange): Promise<LiveSession | NoSession | null> {
  const id = await sessionIdOf(visit);
  if (!id) return null;
  const served = (session: Session) => ({ ...change(session), servedBy: instanceName() });
  return visit.sessions.update(id, served, visit.request);
}
