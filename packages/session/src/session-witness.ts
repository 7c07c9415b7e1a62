import type { SessionId } from "./session-id.ts";
import type { LiveSession } from "./session-store.ts";

/** Why a session ended before its clocks ran out. */
export type EndReason =
  | "log-out"
  | "rotated"
  | "revoked"
  | "password-change"
  | "account-deleted"
  | "account-disabled"
  /** Its user began one more than there may be, and it was the oldest; or its address did, and it was the last. */
  | "too-many";

/** Is told what becomes of sessions, once it is done at Redis. Told nothing of a session that is merely read or changed. */
export interface SessionWitness {
  begun(live: LiveSession): Promise<void>;
  ended(id: SessionId, why: EndReason, userId: string | null): Promise<void>;
  /** Somebody came with the ID of a session that had just ended, by log-out or under a new ID: a copy, or a slow tab. */
  endedPresented(id: SessionId): Promise<void>;
}
