// The door `@carryover/session/middleware`: what a page's request meets first, on the edge or on Node.
export { pagePolicy } from "./next/content-policy.ts";
export { type Direction, directPage } from "./next/doorman.ts";
export { tellBrowser } from "./next/tell-browser.ts";
export { tellServer } from "./next/tell-server.ts";
export { setUpSessions, visitOf } from "./next/visit.ts";
