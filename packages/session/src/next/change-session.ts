import type { Session, SessionDraft } from "../define-session.ts";
import { anonymousDraft } from "../session-init.ts";
import type { LiveSession, NoSession } from "../session-store.ts";
import { beginWithinLimit } from "./begin-limit.ts";
import { beginningOf } from "./beginning.ts";
import { instanceName } from "./instance.ts";
import { Problem } from "./problem.ts";
import { cookieOf, type SessionVisit, sessionIdOf } from "./visit.ts";

/** A change of a session, and of a draft that is about to begin with it. */
export type SessionChange<D> = <S extends SessionDraft<D>>(session: S) => S;

export interface Changed<D> {
  readonly live: LiveSession<D>;
  /** Only where the session has just begun: the cookie is written where the ID changes, and nowhere else. */
  readonly setCookie?: string;
}

/**
 * Changes the visit's session: two requests to Redis, one where this very request has changed it before.
 *
 * @throws Problem `no-session` without a live one
 */
export async function changeSession<D>(
  visit: SessionVisit<D>,
  change: SessionChange<D>,
): Promise<Changed<D>> {
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
export async function changeOrBeginSession<D>(
  visit: SessionVisit<D>,
  change: SessionChange<D>,
): Promise<Changed<D>> {
  const found = await tryChange(visit, change);
  if (found?.state === "live") return { live: found };
  if (found?.state === "ended") throw new Problem("no-session");
  const draft = anonymousDraft(visit.setup.definition, beginningOf(visit));
  const live = await beginWithinLimit(visit, change(draft));
  if (live.state !== "live") throw new Problem("session-changed");
  return { live, setCookie: await cookieOf(visit, live) };
}

async function tryChange<D>(
  visit: SessionVisit<D>,
  change: SessionChange<D>,
): Promise<LiveSession<D> | NoSession | null> {
  const id = await sessionIdOf(visit);
  if (!id) return null;
  const served = (session: Session<D>) => ({ ...change(session), servedBy: instanceName() });
  return visit.sessions.update(id, served, visit.request);
}
