// The door `@carryover/session`: what an app's sessions are, and what may go wrong with them.

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
} from "./define-session.ts";
export { IDEMPOTENCY_FIELD, IDEMPOTENCY_HEADER, newIdempotencyKey } from "./next/idempotency-key.ts";
export { Problem, type ProblemInit, problemDetail } from "./next/problem.ts";
export { parseSameSitePath } from "./next/same-site-path.ts";
export { IDLE_SECONDS, type User } from "./session-head.ts";
export type { CurrentSession, SignedInSession } from "./session-snapshot.ts";
export { SessionBusy, STORE_UNAVAILABLE_DIGEST, StoreUnavailable } from "./store.ts";
