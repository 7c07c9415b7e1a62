// Entry point `@carryover/session/next`: sessions on pages, in route handlers and in Server Actions.
export type {
  AdminListOptions,
  AdminOptions,
  AdminPage,
  AdminSession,
  RevokeWhereOptions,
} from "./next/admin.ts";
export { createSessions } from "./next/create-sessions.ts";
export type { HandlerContext } from "./next/handler-context.ts";
export type { Site } from "./next/http/origin.ts";
export type { InspectedSession } from "./next/inspect-session.ts";
export { prepareServer } from "./next/prepare-server.ts";
export type { LazySession, OwnListedSession, RequestSession } from "./next/request-session.ts";
export { Answer } from "./next/route.ts";
export type { ServerInstance, SessionObserver, StoreTracing } from "./process-state.ts";
export { installSessionObserver, installStoreTracing } from "./process-state.ts";
export type { ActiveCount, Activity, LastHour } from "./redis/active/active-index.ts";
export type { SessionFilter } from "./redis/active/list-active.ts";
export type { ListedSession } from "./session-snapshot.ts";
