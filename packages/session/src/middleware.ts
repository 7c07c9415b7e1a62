// Entry point `@carryover/session/middleware`: what a page's request meets first, on the edge or on Node.
export type { HiddenPages } from "./next/hidden-pages.ts";
export { createMiddleware, type MiddlewareOptions } from "./next/page-middleware.ts";
