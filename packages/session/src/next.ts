// The door `@carryover/session/next`: sessions on pages and in route handlers.
export { createPages } from "./next/current-session.ts";
export { createRoutes } from "./next/route.ts";
export { type SessionVisit, setUpSessions, type VisitOf, visitOf } from "./next/visit.ts";
