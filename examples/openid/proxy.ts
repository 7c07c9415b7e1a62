import { createMiddleware } from "@carryover/session/middleware";
import { session } from "./lib/session-definition";

export const proxy = createMiddleware(session);

export const config = {
  matcher: [
    { source: "/((?!api/|_next/|.*\\.).*)", missing: [{ type: "header", key: "next-router-prefetch" }] },
  ],
};
