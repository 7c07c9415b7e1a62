import { NEEDS_SESSION, PROTECTED } from "../../../../lib/request/guarded-pages.ts";
import { StoreUnavailable } from "../session-store.ts";
import { hasUser, knownSession } from "./known-session.ts";
import { logOutage } from "./log-outage.ts";
import { type Handover, SESSION_HEADER, signHandover } from "./session-header.ts";
import { CONTENT_POLICY } from "./tell-browser.ts";
import { readSession, type Visit } from "./visit.ts";

/** What the middleware does with a page's request. */
export type Direction =
  | { readonly go: "on" | "to-unavailable" | "nowhere"; readonly requestHeaders: Headers }
  | { readonly go: "to-login"; readonly location: string };

/**
 * Opens the session of a page's request, once, and says where the request goes: on to the page with a signed word of what
 * was found, to the sign-in, or to the page that says that Redis is out of reach. A courtesy: the pages guard themselves.
 *
 * @param policy the answer's content security policy, which the page is rendered to
 * @param clock whether to start the session's idle timeout again
 */
export async function directPage(
  visit: Visit,
  url: URL,
  policy: string,
  clock: "slide" | "peek" = "slide",
): Promise<Direction> {
  const requestHeaders = new Headers(visit.headers);
  requestHeaders.delete(SESSION_HEADER);
  requestHeaders.set(CONTENT_POLICY, policy);
  // Next's own pages, such as /_global-error, are nobody's to visit.
  if (url.pathname.startsWith("/_")) return { go: "nowhere", requestHeaders };
  // Without a cookie there is nothing to hand on: the page sees that for itself.
  if (visit.cookies.length === 0) return needsUser(url) ? toLogin(url) : { go: "on", requestHeaders };
  const handover = await openForPage(visit, clock);
  requestHeaders.set(SESSION_HEADER, await signHandover(handover, visit.cookies, visit.env));
  if (handover.state === "unavailable") {
    return { go: NEEDS_SESSION.has(url.pathname) ? "to-unavailable" : "on", requestHeaders };
  }
  const signedIn = handover.state === "live" && hasUser(handover.known);
  return needsUser(url) && !signedIn ? toLogin(url) : { go: "on", requestHeaders };
}

function needsUser({ pathname }: URL): boolean {
  return PROTECTED.has(pathname);
}

function toLogin({ pathname, search }: URL): Direction {
  // A refusal is said where it still means something: that the session has ended, at the sign-in.
  const query = new URLSearchParams(search);
  const error = query.get("error");
  for (const name of ["error", "field", "reason"]) query.delete(name);
  const rest = query.size > 0 ? `?${query}` : "";
  const next = pathname + (error ? rest : search);
  return { go: "to-login", location: loginPath(next) + (error === "no-session" ? `&error=${error}` : "") };
}

/** The sign-in page that leads on to `next`. */
export function loginPath(next: string): string {
  return `/login?next=${encodeURIComponent(next)}`;
}

async function openForPage(visit: Visit, clock: "slide" | "peek"): Promise<Handover> {
  try {
    const found = await readSession(visit, clock);
    return found.state === "live" ? { state: "live", known: await knownSession(found) } : { state: "none" };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    logOutage(visit, error);
    return { state: "unavailable" };
  }
}
