import type { Session, SessionDraft } from "./define-session.ts";
import type { RequestDigest } from "./idempotency.ts";
import type { SessionId } from "./session-id.ts";

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

/** It ended within the last minute, whoever ended it. Nothing of this leaves the server but the state. */
export interface EndedSession {
  readonly state: "ended";
  /** The session that took its place, where it was rotated. A bearer secret of somebody else's, perhaps. */
  readonly successor?: SessionId;
  /** The request that ended it, where that brought an idempotency key. */
  readonly request?: RequestDigest;
}

/** `absent`: never was, expired, or unreadable. */
export type NoSession = { readonly state: "absent" } | EndedSession;

export const absent = { state: "absent" } as const;
export const ended: EndedSession = { state: "ended" };

/**
 * Where sessions are kept: the contract that every store must pass (`session-store.contract.ts`).
 *
 * - Three answers: a live session, none, or {@link StoreUnavailable} thrown. An outage is never reported as "none".
 * - Time is the store's. A session ends when it was idle for `idleSeconds`, or at `expiresAt`, whichever is first.
 * - What has ended never comes back: no operation on its ID revives it or reports success.
 * - An ID that the store did not make is never adopted.
 * - What cannot be read as a session is absent, and is never overwritten.
 * - `why` a session ends is for the store's events, and makes no difference to the session.
 * - {@link SessionTooLarge} (from the codec), and whatever a change throws, leave the session as it was.
 */
export interface SessionStore<D = unknown> {
  /** Reads the session and starts its idle timeout again. One request. */
  get(id: SessionId): Promise<LiveSession<D> | NoSession>;
  /** Reads the session and leaves its timeout alone. One request. */
  peek(id: SessionId): Promise<LiveSession<D> | NoSession>;
  /** As `peek`, with the session's text as it is kept, to show to its owner. One request. */
  inspect(id: SessionId): Promise<InspectedSession<D> | NoSession>;
  /**
   * Begins a session with a new ID and a full lifetime, and lists a user's; beyond the most that a user may have the oldest
   * ends. `ended` where that was this one, and where `destroyUser` lets none begin. One request, more beyond the most and where
   * something refuses: then the session is ended again.
   */
  create(draft: SessionDraft<D>, options?: CreateOptions): Promise<LiveSession<D> | NoSession>;
  /**
   * Applies a pure change to the session as it is now, and starts its idle timeout again. The change runs again when
   * another writer was faster. Changes of one session at one server go together: one request for all of them where this server
   * has seen the session since it was last changed, else two; two also where what it has seen would refuse one of them. One more
   * each time another server was faster. A user's session that its list has lost is listed again with the change.
   *
   * @param request a request that the session remembers is not made again: the answer is the session as it is now.
   * @throws SessionBusy when other writers were faster too many times in a row: nothing was changed.
   * @throws IdempotencyKeyReused
   */
  update(
    id: SessionId,
    change: (session: Session<D>) => Session<D>,
    request?: RequestDigest,
  ): Promise<LiveSession<D> | NoSession>;
  /**
   * The session as this server has seen it last, `null` where it has not: to ask in one request for the session and for what goes
   * with it. A hint, and never an answer: it may have changed or ended. No request.
   */
  recall(id: SessionId): Session<D> | null;
  /**
   * Whether a live session remembers this request, as one that it was created or changed by. Leaves its timeout alone. One
   * request.
   *
   * @throws IdempotencyKeyReused
   */
  remembers(id: SessionId, request: RequestDigest): Promise<boolean>;
  /**
   * Replaces a live session by a new one with a new ID, drafted from the old one as it is now: the new one is written and the
   * check is asked, then the old one is claimed. Who loses the claim to another gets `ended`, with the session that took
   * the old one's place, and its own new session is ended; so does who finds the old one gone before it could have ended
   * by itself. The new one has a full lifetime, or goes on with the timeouts of the old one. As `create`, one request more for
   * the claim and one where the old one was a user's; all of it again each time a change of the old session was faster.
   *
   * Where an outage hides whether the claim was made, the store finds out later, and leaves one of the two sessions alive.
   *
   * @throws SessionBusy as `update` does.
   */
  rotate(
    old: LiveSession<D>,
    draft: (old: Session<D>) => SessionDraft<D>,
    options?: RotateOptions,
  ): Promise<LiveSession<D> | NoSession>;
  /** Ends the session. `true` only when this call ended a live one. One request, and one for a user's. */
  destroy(id: SessionId, why?: EndReason): Promise<boolean>;
  /** The live sessions of a user, newest first; what lives is in it. Two requests, and two when some ended by themselves. */
  list(userId: string): Promise<readonly LiveSession<D>[]>;
  /** Ends these sessions of a user, at the wish of `request`; how many of them lived. Two requests. */
  destroyAll(
    userId: string,
    ids: readonly SessionId[],
    why?: EndReason,
    request?: RequestDigest,
  ): Promise<number>;
  /**
   * Ends every session of a user, also one that is about to begin, and lets none begin for a minute: a sign-in under way
   * gets `ended`. For an account that is no more, or disabled. Asked again, it ends what is left, and the minute starts again. Three
   * requests, one where none is listed.
   *
   * @returns those that this call ended
   */
  destroyUser(userId: string, why: EndReason, options?: DestroyUserOptions): Promise<readonly SessionId[]>;
}

/** What a sign-in has proved, and when that stops being true. */
export interface CreateOptions {
  /**
   * Asked in the request that begins the session. What it throws goes to the caller, and the session is ended. It may run again
   * where a rotation is tried again.
   */
  readonly check?: (() => Promise<void>) | undefined;
  /**
   * The version of what the sign-in has proved, such as that of an account's password: an integer that grows with each change
   * after which sign-ins under way are void. A list that asks for a later one refuses the session. A Redis Cluster may
   * ask the check before the session is listed: whoever raises the version, and then ends all sessions of the user with it as
   * `leastVersion`, sees the session on the list, or has it refused there. Without a version, none begins in that minute.
   */
  readonly version?: number | undefined;
}

export interface DestroyUserOptions {
  /** Sign-ins that bring this version or a later one begin all the same. Default: none does. */
  readonly leastVersion?: number | undefined;
  /** Each session's place will know it. */
  readonly request?: RequestDigest | undefined;
}

export interface RotateOptions extends CreateOptions {
  /**
   * What cannot be undone, such as a change of the password. It runs once the new session is written, and the old one was seen
   * alive in the same request; before the claim, in requests of its own; once, however often the claim is tried. What it throws
   * goes to the caller, and leaves the old session as it was.
   */
  readonly beforeClaim?: (() => Promise<void>) | undefined;
  /**
   * What the rotation is for makes older versions void: from the claim on, sign-ins under way that bring an older one than
   * `version`, or none, do not begin.
   */
  readonly voidsOlder?: boolean | undefined;
  /** Before the claim, all other sessions of the user end. Two requests more, one where there are none. */
  readonly endsOthers?: boolean | undefined;
  /** The new session goes on with the timeouts of the old one. Default: a full lifetime. */
  readonly keepTimeouts?: boolean | undefined;
  readonly why?: EndReason | undefined;
  /** The old session's place will know it. */
  readonly request?: RequestDigest | undefined;
  /** The new session will remember it, as one that it was changed by. */
  readonly begunBy?: RequestDigest | undefined;
}

/**
 * The store did not answer in time, could not be reached, or refused. What was asked may or may not have been done.
 * The message names the operation and the cause a class of failure: never an ID, a value or the vendor's text.
 */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  /** What the browser gets of an error in its place: `app/error.tsx` knows an outage by it. */
  static readonly digest = "store-unavailable";
  readonly digest = StoreUnavailable.digest;
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

/** Why a session ended before its timeouts: a word of the package's, or of the app's own. */
export type EndReason =
  | "log-out"
  | "rotated"
  | "revoked"
  /** Its user began one more than there may be, and it was the oldest; or its address did, and it was the last. */
  | "too-many"
  | (string & {});

/** Gets what becomes of sessions, once it is done at Redis; nothing of a session that is merely read or changed. */
export interface SessionEvents {
  created(live: LiveSession): Promise<void>;
  destroyed(id: SessionId, why: EndReason, userId: string | null): Promise<void>;
  /** Somebody came with the ID of a session that had just ended, by log-out or under a new ID: a copy, or a slow tab. */
  endedPresented(id: SessionId): Promise<void>;
}
