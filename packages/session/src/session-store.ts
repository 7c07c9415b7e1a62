import type { Session, SessionDraft } from "./define-session.ts";
import type { SessionId } from "./session-id.ts";
import type { EndReason } from "./session-witness.ts";

/** A session as it was at one moment, by the store's own clock. */
export interface LiveSession<D = unknown> {
  readonly state: "live";
  readonly id: SessionId;
  readonly session: Session<D>;
  /** Milliseconds until the session ends, if nobody comes back: min(idle, time to the absolute end). */
  readonly ttlMs: number;
  /** The store's time of the reading, epoch milliseconds. */
  readonly nowMs: number;
}

/** A session with the text that the store keeps of it. */
export interface InspectedSession<D = unknown> extends LiveSession<D> {
  readonly text: string;
}

/** `absent`: never was, expired, or unreadable. `ended`: it ended within the last minute, by log-out or rotation. */
export interface NoSession {
  readonly state: "absent" | "ended";
}

export const absent: NoSession = { state: "absent" };
export const ended: NoSession = { state: "ended" };

/**
 * Where sessions are kept: the contract that every store must pass (`session-store.contract.ts`).
 *
 * - Three answers: a live session, none, or {@link StoreUnavailable} thrown. An outage is never told as "none".
 * - Time is the store's. A session ends when it was idle for `idleSeconds`, or at `expiresAt`, whichever is first.
 * - What has ended never comes back: no operation on its ID revives it or reports success.
 * - An ID that the store did not make is never adopted.
 * - What cannot be read as a session is absent, and is never overwritten.
 * - `why` a session ends is for the store's witness, and makes no difference to the session.
 * - {@link SessionTooLarge} (from the codec), and whatever a change throws, leave the session as it was.
 */
export interface SessionStore<D = unknown> {
  /** Reads the session and starts its idle clock again. One request. */
  open(id: SessionId): Promise<LiveSession<D> | NoSession>;
  /** Reads the session and leaves its clock alone. One request. */
  peek(id: SessionId): Promise<LiveSession<D> | NoSession>;
  /** As `peek`, with the session's text as it is kept, to show to its owner. One request. */
  inspect(id: SessionId): Promise<InspectedSession<D> | NoSession>;
  /**
   * Begins a session with a new ID and a full lifetime; a user's is listed first, and beyond the most that a user may have
   * the oldest ends. `ended` where that was this one, and where `endUser` lets none begin. One request for a visitor, two for a user, more beyond the most.
   */
  begin(draft: SessionDraft<D>): Promise<LiveSession<D> | NoSession>;
  /**
   * Applies a pure change to the session as it is now, and starts its idle clock. The change runs again when
   * another writer was faster. Changes of one session at one server go together: two requests for all of them, and one
   * more each time another server was faster.
   *
   * @throws SessionBusy when other writers were faster too many times in a row: nothing was changed.
   */
  update(id: SessionId, change: (session: Session<D>) => Session<D>): Promise<LiveSession<D> | NoSession>;
  /**
   * Replaces a live session by a new one with a new ID, drafted from the old one as it is now: the new one is written, then
   * the old one is claimed. Who loses the claim to another gets `ended`, and its new session is ended. The new one has a
   * full lifetime, or goes on with the clocks of the old one. As `begin`, one request more for the claim and one where the
   * old one was a user's; all of it again each time a change of the old session was faster.
   *
   * @throws SessionBusy as `update` does.
   */
  rotate(
    old: LiveSession<D>,
    draft: (old: Session<D>) => SessionDraft<D>,
    options?: { readonly keepClocks?: boolean; readonly why?: EndReason },
  ): Promise<LiveSession<D> | NoSession>;
  /** Ends the session. `true` only when this call ended a live one. One request, and one for a user's. */
  end(id: SessionId, why?: EndReason): Promise<boolean>;
  /** The live sessions of a user, newest first; what lives is in it. Two requests, and two when some ended by themselves. */
  list(userId: string): Promise<readonly LiveSession<D>[]>;
  /** Ends these sessions of a user; how many of them lived. Two requests. */
  endAll(userId: string, ids: readonly SessionId[], why?: EndReason): Promise<number>;
  /**
   * Ends every session of a user, also one that is about to begin, and lets none begin for a minute: a sign-in under way
   * gets `ended`. For an account that is no more. Asked again, it ends what is left, and the minute starts again. Three
   * requests, one where none is listed.
   *
   * @returns those that this call ended
   */
  endUser(userId: string): Promise<readonly SessionId[]>;
}

export const STORE_UNAVAILABLE_DIGEST = "store-unavailable";

/**
 * The store did not answer in time, could not be reached, or refused. What was asked may or may not have been done.
 * The message names the operation and the cause a class of failure: never an ID, a value or the vendor's text.
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  /** What Next tells the browser of an error in its place: `app/error.tsx` knows an outage by it. */
  readonly digest = STORE_UNAVAILABLE_DIGEST;
  constructor(
    readonly operation: string,
    /** In a word or two, such as `timeout`, `ECONNREFUSED`, `READONLY`. */
    readonly reason: string,
    /** The request was sent and its answer never came whole: asking again, at once, may help. */
    readonly isAnswerLost = false,
  ) {
    super(`The store is unavailable: ${operation} (${reason}).`);
  }
}

/** Too many writers at once: nothing was changed, and trying again is safe. */
export class SessionBusy extends Error {
  override readonly name = "SessionBusy";
  constructor() {
    super("Too many changes of one session at once.");
  }
}
