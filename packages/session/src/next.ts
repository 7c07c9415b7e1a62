// The door `@carryover/session/next`: sessions on pages, in route handlers and in Server Actions.
export { sealedCookie, sessionCookie } from "./cookie/cookie.ts";
export { logEvent } from "./log.ts";
export { type AdminOptions, createSessions } from "./next/create-sessions.ts";
export { isLoopback, type Site, siteOf } from "./next/origin.ts";
export { currentSite } from "./next/pages.ts";
export { prepareServer } from "./next/prepare-server.ts";
export type { LazySession, OwnListedSession, RequestSession } from "./next/request-session.ts";
export { Answer, type HandlerContext } from "./next/route.ts";
export { installStoreTracing, instanceName, type StoreTracing, startedAt } from "./process-state.ts";
export { type ListedSession, snapshotOf } from "./session-snapshot.ts";
