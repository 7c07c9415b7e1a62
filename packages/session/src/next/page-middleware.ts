import { type NextRequest, NextResponse } from "next/server";
import { createSessionCodec } from "../codec.ts";
import type { SessionDefinition, SessionPages } from "../define-session.ts";
import { redisKeys } from "../redis/keys.ts";
import { decodeText, readText, reportEnded } from "../redis/scripts/read-session.ts";
import { redisWithin } from "../redis/transport/deadline.ts";
import { rememberedHandle } from "../session-snapshot.ts";
import { StoreUnavailable } from "../store.ts";
import { type Handover, PAGE_HEADER, SESSION_HEADER, signHandover } from "./handover-sign.ts";
import { findHiddenPage, type HiddenPages, isInternal } from "./hidden-pages.ts";
import { signInPath } from "./http/origin.ts";
import {
  CONTENT_POLICY,
  type PolicySources,
  pagePolicy,
  setResponseHeaders,
} from "./http/response-headers.ts";
import { plainUnavailablePage, unavailableResponse } from "./http/unavailable-page.ts";
import {
  contextOf,
  isPrefetch,
  type RequestContext,
  type SessionContext,
  type SessionSetup,
} from "./request-context.ts";

export interface MiddlewareOptions {
  /**
   * A policy with a nonce of its own for each answer, extended by these sources. Off by default: a page that is
   * prerendered has its scripts without a nonce, and the browser would refuse them. Where it is on, the root layout
   * awaits `connection()`.
   */
  readonly contentSecurityPolicy?: boolean | PolicySources;
  /**
   * Whether pages take POST, which Server Actions are sent by. Without it they answer 405 to all but GET and HEAD.
   * Default: they do.
   */
  readonly serverActions?: boolean;
  /** Pages that are there for some users alone. Default: none. */
  readonly hidden?: HiddenPages;
}

/** What a page is asked by; anything else is a Server Action's. */
const PAGE_METHODS = ["GET", "HEAD"];

/**
 * The middleware of the pages, as `middleware.ts` (on the edge runtime) or as `proxy.ts` (on Node): reads the session
 * once a page view and hands it on to the page, leads strangers from protected pages to the sign-in (307) and some users
 * to hidden pages, and answers 503 with the app's own page where Redis is out of reach. The app writes `config.matcher` itself.
 */
export function createMiddleware<D>(
  session: SessionDefinition<D>,
  { contentSecurityPolicy = false, serverActions = true, hidden }: MiddlewareOptions = {},
): (request: NextRequest) => Promise<NextResponse> {
  const setup = setUpReading(session);
  const sources = contentSecurityPolicy === true ? {} : contentSecurityPolicy;

  function respond(direction: Direction, url: string): NextResponse {
    switch (direction.go) {
      case "on":
        return NextResponse.next({ request: { headers: direction.requestHeaders } });
      case "to-hidden":
        return NextResponse.rewrite(new URL(direction.page, url), {
          request: { headers: direction.requestHeaders },
        });
      case "to-sign-in":
        return NextResponse.redirect(new URL(direction.location, url), { status: 307, headers: notKept });
      case "not-found":
        return NextResponse.rewrite(new URL("/not-found", url), {
          request: { headers: direction.requestHeaders },
        });
      case "to-unavailable":
        return unavailable(direction.requestHeaders, url);
    }
  }

  function unavailable(headers: Headers, url: string): NextResponse {
    const page = session.pages.unavailable;
    if (page !== undefined)
      return NextResponse.rewrite(new URL(page, url), { status: 503, headers: outage, request: { headers } });
    const plain = unavailableResponse(plainUnavailablePage);
    return new NextResponse(plain.body, plain);
  }

  return async (request) => {
    const context = contextOf(setup, request.headers);
    const { nextUrl: url, method } = request;
    const policy = sources ? pagePolicy(sources) : null;
    // Only a page that is shown renews the idle timeout: not its head alone.
    const renew = method !== "HEAD";
    const response = PAGE_METHODS.includes(method)
      ? respond(await handlePageRequest(context, { url, policy, renew, hidden }), request.url)
      : serverActions
        ? respond(await handleAction(context, { url, policy, hidden }), request.url)
        : new NextResponse(null, { status: 405, headers: { allow: PAGE_METHODS.join(", "), ...notKept } });
    setResponseHeaders(response.headers, context, policy);
    return response;
  };
}

/** What a middleware's requests have in common: no store, since it carries no more than it takes to read a session. */
function setUpReading<D>(definition: SessionDefinition<D>): SessionSetup<D, null> {
  return {
    definition,
    codec: createSessionCodec(definition),
    open({ env, spentMs = 0 }) {
      const redis = redisWithin(env, env.sessionDeadlineMs - spentMs);
      return { redis, keys: redisKeys(env.sessionNamespace), sessions: null };
    },
    describeDevice: () => "",
    events: undefined,
    unavailablePage: plainUnavailablePage,
  };
}

const notKept = { "cache-control": "no-store" };
const outage = { "retry-after": "1", ...notKept };

/** What the middleware does with a page's request. */
export type Direction =
  | { readonly go: "on" | "to-unavailable" | "not-found"; readonly requestHeaders: Headers }
  | { readonly go: "to-hidden"; readonly page: string; readonly requestHeaders: Headers }
  | { readonly go: "to-sign-in"; readonly location: string };

interface PageRequest {
  readonly url: URL;
  /** The answer's content security policy, which the page is rendered to; `null`: none. */
  readonly policy: string | null;
  /** Whether the session's idle timeout starts again. */
  readonly renew: boolean;
  readonly hidden?: HiddenPages | undefined;
}

/**
 * Reads the session of a page's request, once, and says where the request goes: on to the page with what was found,
 * signed; to the sign-in; or to the page that says that Redis is out of reach. An early redirect: the pages guard
 * themselves.
 */
export async function handlePageRequest<D>(
  context: SessionContext<D, unknown>,
  { url, policy, renew, hidden }: PageRequest,
): Promise<Direction> {
  const requestHeaders = pageHeaders(context, url, policy);
  if (isInternal(url)) return { go: "not-found", requestHeaders };
  const { pages } = context;
  const needsUser = pages.protected.includes(url.pathname);
  // Without a cookie there is nothing to hand on: the page sees that for itself.
  if (context.cookies.length === 0) return needsUser ? toSignIn(pages, url) : { go: "on", requestHeaders };
  const found = await readForPage(context, { renew, needsUser });
  const { page, spentMs } = await findHiddenPage(context, { url, found, hidden });
  const handover = { ...found, spentMs: found.spentMs + spentMs };
  requestHeaders.set(SESSION_HEADER, await signHandover(handover, context.cookies, context.env));
  if (page !== null) return { go: "to-hidden", page, requestHeaders };
  if (handover.state === "unavailable") {
    const needsStore = needsUser || pages.needStore?.includes(url.pathname);
    return { go: needsStore ? "to-unavailable" : "on", requestHeaders };
  }
  return needsUser && handover.state === "none" ? toSignIn(pages, url) : { go: "on", requestHeaders };
}

/**
 * Where a Server Action goes: to the page that it was sent from. It reads the session itself: what is found now would
 * be old by the time its page is rendered again.
 */
export async function handleAction<D>(
  context: SessionContext<D, unknown>,
  { url, policy, hidden }: Omit<PageRequest, "renew">,
): Promise<Direction> {
  const requestHeaders = pageHeaders(context, url, policy);
  if (isInternal(url)) return { go: "not-found", requestHeaders };
  if (!hidden?.pages.includes(url.pathname)) return { go: "on", requestHeaders };
  const found = await readForPage(context, { renew: false, needsUser: false });
  const { page } = await findHiddenPage(context, { url, found, hidden });
  return page === null ? { go: "on", requestHeaders } : { go: "to-hidden", page, requestHeaders };
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

/** What is handed on to the page. Only for one that needs a user is the text read here; without one, there is none. */
async function readForPage<D>(
  context: SessionContext<D, unknown>,
  { renew, needsUser }: { readonly renew: boolean; readonly needsUser: boolean },
): Promise<Handover> {
  try {
    const id = await context.sessionId();
    if (!id) return { state: "none", spentMs: 0 };
    const { headers, audit, setup } = context;
    // A prefetch, which may never be shown, does not renew the idle timeout.
    const found = await readText(context, id, renew && !isPrefetch(headers) ? "renew" : "peek");
    const { spentMs } = context;
    if (found.state !== "live") {
      await reportEnded(id, found, audit);
      return { state: "none", spentMs };
    }
    if (needsUser && !decodeText(setup.codec, found.text)?.session.user) return { state: "none", spentMs };
    return { ...found, handle: await rememberedHandle(id), spentMs };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    context.audit.outage(error);
    return { state: "unavailable", spentMs: context.spentMs };
  }
}
