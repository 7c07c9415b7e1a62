import { type NextRequest, NextResponse } from "next/server";
import { pagePolicy } from "@/lib/request/content-policy";
import { type Direction, directPage } from "@/lib/request/doorman";
import { isPageMethod, PAGE_METHODS } from "@/lib/request/page-method";
import { tellBrowser } from "@/lib/request/tell-browser";
import { tellServer } from "@/lib/request/tell-server";
import { visitOf } from "@/lib/request/visit";

/** The doorman of the pages, on the edge runtime. What it decides is in `lib/request/doorman.ts`. */
export async function middleware(request: NextRequest): Promise<NextResponse> {
  const visit = visitOf(request.headers);
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
