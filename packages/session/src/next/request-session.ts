import type { User } from "../session-head.ts";
import type { CurrentSession, ListedSession } from "../session-snapshot.ts";
import type { EndReason } from "../store.ts";

// What an app sees of a request's session. `opened-session.ts` is what stands behind it.

export interface ReadOptions {
  /** Whether the idle timeout starts again. Default: it does. */
  readonly renew?: boolean;
  /** Whether to ask Redis again where the session was read before. Default: no. */
  readonly again?: boolean;
}

export interface SignInOptions {
  /** Default: `SESSION_IDLE_SECONDS`. */
  readonly idleSeconds?: number | undefined;
  /**
   * For a user who has proved something, such as a password: throws where that does not hold any more. Asked once the session
   * is listed, so that whoever ends all sessions of the user sees it, or is seen by the check. With it, a sign-in that is sent
   * again leads to the session that it made before; without it the idempotency key alone does.
   */
  readonly check?: () => Promise<void>;
  /** The app has limited this sign-in itself. Default: without a session it counts for `BEGIN_LIMIT`. */
  readonly isLimited?: boolean;
}

export interface RotateOptions {
  /** For the audit log. */
  readonly reason?: EndReason;
}

export interface RevokeAllOptions {
  /** For the audit log. */
  readonly reason?: EndReason;
  /** Lets no session of the user begin for a minute: for an account that is no more. */
  readonly forGood?: boolean;
}

/**
 * What a handler may do with the session of its request. Nothing is read before it is asked for, and then once. Every change
 * is made at once at Redis; the cookie is written with the answer.
 *
 * Each may throw `StoreUnavailable`, and `SessionBusy` where others were faster too often: nothing was changed then.
 */
export interface LazySession<D> {
  /** Reads the session. One request to Redis with a cookie of ours, else none; none where it was read before. */
  read(options?: ReadOptions): Promise<RequestSession<D>>;
  /**
   * Changes the data as it is now. The function is pure: it runs again where another change was faster. Two requests to
   * Redis, one where the session was read before.
   *
   * @throws Problem `no-session`; SessionTooLarge; whatever the function throws
   */
  update(change: (data: D) => D): Promise<void>;
  /** As `update`; without a session one begins with the change, from the initial data. @throws Problem also `slow-down` */
  updateOrCreate(change: (data: D) => D): Promise<void>;
  /**
   * Begins a session of this user in the place of the one that the request carries: a new ID, a full lifetime, and what
   * `onSignIn` carries over. Two requests to Redis without a session, three with a visitor's, four with a user's.
   *
   * @throws Problem `session-changed` where the carried session was ended meanwhile, `slow-down`; what the check throws
   */
  signIn(user: User, options?: SignInOptions): Promise<void>;
  /** Ends the session. In an outage it throws, and the cookie stays: nothing claims that the session has ended. */
  signOut(): Promise<void>;
  /** Gives the session a new ID; both timeouts go on. @throws Problem `no-session`, `session-changed` */
  rotate(options?: RotateOptions): Promise<void>;
  /** Sets the idle timeout, from 1 to 86,400 seconds, which starts again with it. @throws Problem `no-session` */
  setIdleSeconds(seconds: number): Promise<void>;
  /** The user's sessions, newest first. @throws Problem `sign-in` without a user */
  list(): Promise<OwnListedSession[]>;
  /** Ends one of the user's sessions. @returns how many that were: 0 where this very request ended it before. @throws Problem `sign-in`, `not-found` */
  revoke(handle: string): Promise<number>;
  /** Ends the user's other sessions. @throws Problem `sign-in` */
  revokeOthers(options?: RotateOptions): Promise<number>;
  /** Ends all sessions of the user with this one. @throws Problem `sign-in` */
  revokeAll(options?: RevokeAllOptions): Promise<number>;
  /**
   * Whether this very request, known by its idempotency key, was carried out before and ended the session that it came with.
   * Where it put another in its place, that is the session from now on.
   */
  wasDone(): Promise<boolean>;
}

/** A session that was read. What it says follows each change. */
export interface RequestSession<D> extends LazySession<D> {
  /** All of it at once, `null` without a session. */
  readonly current: CurrentSession<D> | null;
  readonly user: User | null;
  /** Without a session: the initial data. */
  readonly data: D;
  readonly handle: string | null;
  readonly createdAt: number | null;
  readonly expiresAt: number | null;
  readonly idleSeconds: number | null;
  readonly ttlSeconds: number | null;
  readonly revision: number | null;
}

/** One of the user's own sessions. */
export interface OwnListedSession extends ListedSession {
  /** Whether it is the one that asks. */
  readonly current: boolean;
}
