// The door `@carryover/session/next`: sessions on pages, in route handlers and in Server Actions.
export { sealedCookie } from "./cookie/sealed-cookie.ts";
export { sessionCookie } from "./cookie/session-cookie.ts";
export { logEvent } from "./log.ts";
export type { AdminOptions } from "./next/admin.ts";
export { createSessions } from "./next/create-sessions.ts";
export { instanceName, startedAt } from "./next/instance.ts";
export type { ListedSession } from "./next/listed-session.ts";
export { currentSite } from "./next/pages.ts";
export { prepareServer } from "./next/prepare-server.ts";
export type { LazySession, OwnListedSession, RequestSession } from "./next/request-session.ts";
export { Answer, type HandlerContext } from "./next/route.ts";
export { isLoopback, type Site, siteOf } from "./next/site.ts";
export type { StoreTracing } from "./process-state.ts";
export { snapshotOf } from "./session-snapshot.ts";
export { installStoreTracing } from "./tracing/store-tracing.ts";
