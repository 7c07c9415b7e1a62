// Entry point `@carryover/session`: what an app's sessions are, and what may go wrong with them.

export { SessionTooLarge } from "./codec.ts";
export {
  defineSession,
  type JsonObject,
  type Migrations,
  type PreviousSession,
  type SessionDataOf,
  type SessionDefinition,
  type SessionPages,
  type StandardSchema,
  type User,
} from "./define-session.ts";
export { idempotencyKey } from "./idempotency.ts";
export { parseSameSitePath } from "./next/http/origin.ts";
export { Problem, type ProblemInit } from "./next/http/problem.ts";
export type { CurrentSession, SignedInSession } from "./session-snapshot.ts";
export { SessionBusy, StoreUnavailable } from "./store.ts";
export { IDLE_SECONDS } from "./timeouts.ts";
