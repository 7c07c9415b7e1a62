import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { Session, SessionDefinition, SessionPages } from "../define-session.ts";
import { StoreUnavailable } from "../session-store.ts";
import { loginPath } from "./doorman.ts";
import { hasUser, type KnownSession, knownSession, type OfUser } from "./known-session.ts";
import { readHandover } from "./read-handover.ts";
import { SESSION_HEADER } from "./session-header.ts";
import { readSession, type VisitOf } from "./visit.ts";

/** The session on the pages of an app, bound to what its sessions are. */
export function createPages<D>(visitOf: VisitOf<D>, { pages }: Pick<SessionDefinition<D>, "pages">) {
  const currentSession = cache(() => sessionOfPage(visitOf));
  return {
    currentSession,
    shownSession: () => shownSession(currentSession),
    requireUser: (page: string) => requireUser(currentSession, pages, page),
  };
}

/**
 * The session of the page that is being rendered, `null` without one. However many components ask, it is opened once a
 * page view: by the middleware, or here where the middleware did not run.
 *
 * @throws StoreUnavailable when Redis could not be asked: that is not the same as "no session"
 */
async function sessionOfPage<D>(visitOf: VisitOf<D>): Promise<KnownSession<D> | null> {
  const visit = visitOf(await headers());
  if (visit.cookies.length === 0) return null;
  const handover = readHandover<D>(visit.headers.get(SESSION_HEADER), visit.cookies, visit.env);
  if (handover?.state === "unavailable")
    throw new StoreUnavailable("open", "the middleware could not reach it");
  if (handover) return handover.state === "live" ? handover.known : null;
  const found = await readSession(visit, "slide");
  return found.state === "live" ? knownSession(found) : null;
}

type CurrentSession<D> = () => Promise<KnownSession<D> | null>;

interface ShownSession<D> {
  readonly known: KnownSession<D> | "unavailable" | null;
  /** The session where there is one to show. */
  readonly session: Session<D> | undefined;
}

/** The current session for what has something to show in an outage, too: the third answer as a value. */
async function shownSession<D>(currentSession: CurrentSession<D>): Promise<ShownSession<D>> {
  try {
    const known = await currentSession();
    return { known, session: known?.session };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { known: "unavailable", session: undefined };
  }
}

/** The lock of a protected page: its session, or off to the sign-in and back to `page` afterwards. */
async function requireUser<D>(
  currentSession: CurrentSession<D>,
  pages: SessionPages,
  page: string,
): Promise<OfUser<KnownSession<D>>> {
  const known = await currentSession();
  if (!known || !hasUser(known)) redirect(loginPath(pages, page));
  return known;
}
