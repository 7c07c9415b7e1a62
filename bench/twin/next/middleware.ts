import { NextResponse } from "next/server";

/** Does nothing, at the same paths as the shop's own. */
export function middleware(): NextResponse {
  return NextResponse.next();
}

export const config = { matcher: ["/((?!api/|api$|_next/|.*\\.).*)"] };
