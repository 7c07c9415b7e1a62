// The door `@carryover/session/next`: sessions on pages, in route handlers and in Server Actions.
export type { AdminOptions } from "./next/admin.ts";
export { createSessions } from "./next/create-sessions.ts";
export { instanceName, startedAt } from "./next/instance.ts";
export type { ListedSession } from "./next/listed-session.ts";
export { prepareServer } from "./next/prepare-server.ts";
export type { LazySession, OwnListedSession, RequestSession } from "./next/request-session.ts";
export { Answer, type HandlerContext } from "./next/route.ts";
