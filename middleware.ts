import { createMiddleware } from "@carryover/session/middleware";
import { operatorPages } from "@/lib/admin/operator-pages";
import { session } from "@/lib/session-definition";

/** The middleware of the pages, on the edge runtime. Every change of the shop goes to a handler below `/api`. */
export const middleware = createMiddleware(session, {
  contentSecurityPolicy: true,
  serverActions: false,
  hidden: operatorPages,
});

export const config = {
  // Pages only: handlers open the session themselves, and files have none. A path with a dot is a file.
  matcher: ["/((?!api/|api$|_next/|.*\\.).*)"],
};
