// The door `@carryover/session`: what an app's sessions are, and what may go wrong with them.
export {
  defineSession,
  type JsonObject,
  type Migrations,
  type PreviousSession,
  type Session,
  type SessionDataOf,
  type SessionDefinition,
  type SessionDraft,
  type SessionInit,
  type SessionPages,
  type StandardSchema,
} from "./define-session.ts";
export { SessionTooLarge } from "./session-codec.ts";
export type { SessionFrame, User } from "./session-head.ts";
export {
  type InspectedSession,
  type LiveSession,
  type NoSession,
  SessionBusy,
  type SessionStore,
  StoreUnavailable,
} from "./session-store.ts";
