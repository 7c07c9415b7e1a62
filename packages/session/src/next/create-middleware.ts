import { type NextRequest, NextResponse } from "next/server";
import type { SessionDefinition } from "../define-session.ts";
import { newNonce, type PolicySources, pagePolicy, plainPagePolicy } from "./csp.ts";
import { instanceName } from "./instance.ts";
import { type Direction, handlePageRequest, pageHeaders } from "./page-middleware.ts";
import { contextOf, setUpSessions } from "./request-context.ts";
import { CONTENT_POLICY, setResponseHeaders } from "./response-headers.ts";
import { plainUnavailablePage } from "./unavailable-page.ts";

export interface MiddlewareOptions {
  /**
   * A policy with a nonce of its own for each answer, extended by these sources. Off by default: a page that is prerendered has
   * its scripts without a nonce, and the browser would refuse them. Where it is on, the root layout awaits `connection()`.
   */
  readonly contentSecurityPolicy?: boolean | PolicySources;
  /** Whether pages take POST, which Server Actions are sent by. Without it they answer 405 to all but GET and HEAD. Default: they do. */
  readonly serverActions?: boolean;
}

/** What a page is asked by; anything else is a Server Action's. */
const PAGE_METHODS = ["GET", "HEAD"];

/**
 * The middleware of the pages, as `middleware.ts` (on the edge runtime) or as `proxy.ts` (on Node): reads the session once a
 * page view and hands it on to the page, leads strangers from protected pages to the sign-in (307), and answers 503 with the
 * app's own page where Redis is out of reach. The app writes `config.matcher` itself.
 */
export function createMiddleware<D>(
  session: SessionDefinition<D>,
  { contentSecurityPolicy = false, serverActions = true }: MiddlewareOptions = {},
): (request: NextRequest) => Promise<NextResponse> {
  const setup = setUpSessions(session);
  const sources = contentSecurityPolicy === true ? {} : contentSecurityPolicy;

  function respond(direction: Direction, url: string): NextResponse {
    switch (direction.go) {
      case "on":
        return NextResponse.next({ request: { headers: direction.requestHeaders } });
      case "to-sign-in":
        return NextResponse.redirect(new URL(direction.location, url), { status: 307, headers: notKept });
      case "not-found":
        return NextResponse.rewrite(new URL("/not-found", url), {
          request: { headers: direction.requestHeaders },
        });
      case "to-unavailable":
        return unavailable(session.pages.unavailable, direction.requestHeaders, url);
    }
  }

  return async (request) => {
    const context = contextOf(setup, request.headers);
    const { nextUrl: url, method } = request;
    const policy = sources ? pagePolicy(sources) : null;
    // Only a page that somebody gets to see starts the idle timeout again: not its head alone.
    const renew = method !== "HEAD";
    const response = PAGE_METHODS.includes(method)
      ? respond(await handlePageRequest(context, { url, policy, renew }), request.url)
      : serverActions
        ? // An action reads the session itself: what is found now would be old by the time its page is rendered again.
          NextResponse.next({ request: { headers: pageHeaders(context, url, policy) } })
        : new NextResponse(null, { status: 405, headers: { allow: PAGE_METHODS.join(", "), ...notKept } });
    setResponseHeaders(response.headers, context, policy);
    return response;
  };
}

const notKept = { "cache-control": "no-store" };

function unavailable(page: string | undefined, headers: Headers, url: string): NextResponse {
  const outage = { status: 503, headers: { "retry-after": "1", ...notKept } };
  if (page !== undefined)
    return NextResponse.rewrite(new URL(page, url), { ...outage, request: { headers } });
  const nonce = newNonce();
  return new NextResponse(plainUnavailablePage({ nonce, server: instanceName() }), {
    ...outage,
    headers: {
      ...outage.headers,
      "content-type": "text/html; charset=utf-8",
      [CONTENT_POLICY]: plainPagePolicy(nonce),
    },
  });
}
