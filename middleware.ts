import { pagePolicy } from "@carryover/session/internal/next/content-policy";
import { type Direction, directPage } from "@carryover/session/internal/next/doorman";
import { isPageMethod, PAGE_METHODS } from "@carryover/session/internal/next/page-method";
import { tellBrowser } from "@carryover/session/internal/next/tell-browser";
import { tellServer } from "@carryover/session/internal/next/tell-server";
import { setUpSessions, visitOf } from "@carryover/session/internal/next/visit";
import { type NextRequest, NextResponse } from "next/server";
import { session } from "@/lib/session-definition";

const setup = setUpSessions(session);

/** The doorman of the pages, on the edge runtime. What it decides is in `packages/session/src/next/doorman.ts`. */
export async function middleware(request: NextRequest): Promise<NextResponse> {
  const visit = visitOf(setup, request.headers);
  const policy = pagePolicy();
  const response = isPageMethod(request.method)
    ? respond(await directPage(visit, request.nextUrl, policy, clockOf(request)), request.url)
    : new NextResponse(null, { status: 405, headers: { allow: PAGE_METHODS, ...notKept } });
  tellServer(response.headers, visit);
  tellBrowser(response.headers, visit, policy);
  return response;
}

/** Only a page that somebody gets to see starts the idle timeout again: not its head alone. */
const clockOf = ({ method }: NextRequest) => (method === "HEAD" ? "peek" : "slide");

const notKept = { "cache-control": "no-store" };

function respond(direction: Direction, url: string): NextResponse {
  switch (direction.go) {
    case "on":
      return NextResponse.next({ request: { headers: direction.requestHeaders } });
    case "to-login":
      return NextResponse.redirect(new URL(direction.location, url), { status: 307, headers: notKept });
    case "nowhere":
      return NextResponse.rewrite(new URL("/nowhere", url), {
        request: { headers: direction.requestHeaders },
      });
    case "to-unavailable":
      return NextResponse.rewrite(new URL("/unavailable", url), {
        status: 503,
        headers: { "retry-after": "1", ...notKept },
        request: { headers: direction.requestHeaders },
      });
  }
}

export const config = {
  // Pages only: handlers open the session themselves, and files have none. A path with a dot is a file.
  matcher: ["/((?!api/|api$|_next/|.*\\.).*)"],
};
