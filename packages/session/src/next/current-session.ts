import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { Session } from "../../../../lib/session-definition.ts";
import { StoreUnavailable } from "../session-store.ts";
import { loginPath } from "./doorman.ts";
import { hasUser, type KnownSession, knownSession, type OfUser } from "./known-session.ts";
import { readHandover } from "./read-handover.ts";
import { SESSION_HEADER } from "./session-header.ts";
import { readSession, visitOf } from "./visit.ts";

/**
 * The session of the page that is being rendered, `null` without one. However many components ask, it is opened once a
 * page view: by the middleware, or here where the middleware did not run.
 *
 * @throws StoreUnavailable when Redis could not be asked: that is not the same as "no session"
 */
export const currentSession = cache(async (): Promise<KnownSession | null> => {
  const visit = visitOf(await headers());
  if (visit.cookies.length === 0) return null;
  const handover = readHandover(visit.headers.get(SESSION_HEADER), visit.cookies, visit.env);
  if (handover?.state === "unavailable")
    throw new StoreUnavailable("open", "the middleware could not reach it");
  if (handover) return handover.state === "live" ? handover.known : null;
  const found = await readSession(visit, "slide");
  return found.state === "live" ? knownSession(found) : null;
});

interface ShownSession {
  readonly known: KnownSession | "unavailable" | null;
  /** The session where there is one to show. */
  readonly session: Session | undefined;
}

/** {@link currentSession} for what has something to show in an outage, too: the third answer as a value. */
export async function shownSession(): Promise<ShownSession> {
  try {
    const known = await currentSession();
    return { known, session: known?.session };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { known: "unavailable", session: undefined };
  }
}

/** The lock of a protected page: its session, or off to the sign-in and back to `page` afterwards. */
export async function requireUser(page: string): Promise<OfUser<KnownSession>> {
  const known = await currentSession();
  if (!known || !hasUser(known)) redirect(loginPath(page));
  return known;
}
