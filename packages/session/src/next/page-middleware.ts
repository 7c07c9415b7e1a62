import type { SessionPages } from "../define-session.ts";
import { type CurrentSession, snapshotOf } from "../session-snapshot.ts";
import { absent, StoreUnavailable } from "../store.ts";
import { type Handover, PAGE_HEADER, SESSION_HEADER, signHandover } from "./handover-sign.ts";
import { isPrefetch, type RequestContext, type SessionContext, sessionIdOf } from "./request-context.ts";
import { CONTENT_POLICY } from "./response-headers.ts";

/** What the middleware does with a page's request. */
export type Direction =
  | { readonly go: "on" | "to-unavailable" | "not-found"; readonly requestHeaders: Headers }
  | { readonly go: "to-sign-in"; readonly location: string };

interface PageRequest {
  readonly url: URL;
  /** The answer's content security policy, which the page is rendered to; `null`: none. */
  readonly policy: string | null;
  /** Whether the session's idle timeout starts again. */
  readonly renew: boolean;
}

/**
 * Reads the session of a page's request, once, and says where the request goes: on to the page with what was found, signed;
 * to the sign-in; or to the page that says that Redis is out of reach. An early redirect: the pages guard themselves.
 */
export async function handlePageRequest<D>(
  context: SessionContext<D>,
  { url, policy, renew }: PageRequest,
): Promise<Direction> {
  const requestHeaders = pageHeaders(context, url, policy);
  // Next's own pages, such as /_global-error, are no pages of the app.
  if (url.pathname.startsWith("/_")) return { go: "not-found", requestHeaders };
  const { pages } = context;
  const needsUser = pages.protected.includes(url.pathname);
  // Without a cookie there is nothing to hand on: the page sees that for itself.
  if (context.cookies.length === 0) return needsUser ? toSignIn(pages, url) : { go: "on", requestHeaders };
  const handover = await readForPage(context, renew);
  requestHeaders.set(SESSION_HEADER, await signHandover(handover, context.cookies, context.env));
  if (handover.state === "unavailable") {
    const needsStore = needsUser || pages.needStore?.includes(url.pathname);
    return { go: needsStore ? "to-unavailable" : "on", requestHeaders };
  }
  const isSignedIn = handover.state === "live" && handover.session.user !== null;
  return needsUser && !isSignedIn ? toSignIn(pages, url) : { go: "on", requestHeaders };
}

/** The request's headers for a page, without a word on its session. */
export function pageHeaders({ headers }: RequestContext, url: URL, policy: string | null): Headers {
  const forPage = new Headers(headers);
  forPage.delete(SESSION_HEADER);
  forPage.set(PAGE_HEADER, url.pathname + url.search);
  if (policy !== null) forPage.set(CONTENT_POLICY, policy);
  return forPage;
}

function toSignIn(pages: SessionPages, { pathname, search }: URL): Direction {
  // A refusal is said where it still means something: that the session has ended, at the sign-in.
  const query = new URLSearchParams(search);
  const error = query.get("error");
  for (const name of ["error", "field", "reason"]) query.delete(name);
  const rest = query.size > 0 ? `?${query}` : "";
  const next = pathname + (error ? rest : search);
  return {
    go: "to-sign-in",
    location: signInPath(pages, next) + (error === "no-session" ? `&error=${error}` : ""),
  };
}

/** The sign-in page, which leads on to `next`. */
export function signInPath({ signIn }: SessionPages, next: string | null): string {
  return next === null ? signIn : `${signIn}?next=${encodeURIComponent(next)}`;
}

async function readForPage<D>(context: SessionContext<D>, renew: boolean): Promise<Handover<D>> {
  try {
    const session = await readOnce(context, renew);
    return session ? { state: "live", session } : { state: "none" };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    context.audit.outage(error);
    return { state: "unavailable" };
  }
}

async function readOnce<D>(context: SessionContext<D>, renew: boolean): Promise<CurrentSession<D> | null> {
  const { sessions, headers } = context;
  const id = await sessionIdOf(context);
  // What a browser asks for ahead of time, perhaps for nobody, starts no timeout again.
  const found = id ? await (renew && !isPrefetch(headers) ? sessions.get(id) : sessions.peek(id)) : absent;
  return found.state === "live" ? snapshotOf(found) : null;
}
