import { type NextRequest, NextResponse } from "next/server";
import { type Direction, directPage } from "@/lib/request/doorman";
import { instanceName } from "@/lib/request/instance";
import { visitOf } from "@/lib/request/visit";

/** The doorman of the pages, on the edge runtime. What it decides is in `lib/request/doorman.ts`. */
export async function middleware(request: NextRequest): Promise<NextResponse> {
  const direction = await directPage(visitOf(request.headers), request.nextUrl);
  const response = respond(direction, request);
  response.headers.set("x-served-by", instanceName());
  return response;
}

function respond(direction: Direction, request: NextRequest): NextResponse {
  if (direction.go === "to-login")
    return NextResponse.redirect(new URL(direction.location, request.url), 307);
  const handedOn = { headers: direction.requestHeaders };
  if (direction.go === "on") return NextResponse.next({ request: handedOn });
  const headers = { "retry-after": "1", "cache-control": "no-store" };
  return NextResponse.rewrite(new URL("/unavailable", request.url), {
    status: 503,
    headers,
    request: handedOn,
  });
}

export const config = {
  // Pages only: handlers open the session themselves, and files have none. A path with a dot is a file.
  matcher: ["/((?!api/|api$|_next/|.*\\.).*)"],
};
