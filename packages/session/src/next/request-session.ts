import type { User } from "../define-session.ts";
import { sessionHandle } from "../session-id.ts";
import {
  type CurrentSession,
  hasUser,
  type ListedSession,
  listedSession,
  type SignedInSession,
} from "../session-snapshot.ts";
import { type EndReason, type LiveSession, StoreUnavailable } from "../store.ts";
import {
  CarriedSession,
  type NewIdOptions,
  type ReadOptions,
  type RotateOptions,
  type SeenUser,
  type SignInOptions,
} from "./carried-session.ts";
import { Problem } from "./http/problem.ts";
import { type InspectedSession, inspectSession } from "./inspect-session.ts";

export interface RevokeAllOptions {
  /** For the audit log. */
  readonly reason?: EndReason;
  /** Lets no session of the user begin for a minute: for an account that is no more. */
  readonly forGood?: boolean;
}

/**
 * What a handler may do with the session of its request. Nothing is read before it is asked for, and then once. Every
 * change is made at once at Redis; the cookie is written with the answer.
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
  /**
   * As `update`; without a session one begins with the change, from the initial data.
   *
   * @throws Problem also `slow-down`
   */
  updateOrCreate(change: (data: D) => D): Promise<void>;
  /**
   * Begins a session of this user in the place of the one that the request carries: a new ID, a full lifetime, and what
   * `onSignIn` carries over. One request to Redis without a session, three with a visitor's, four with a user's; one
   * less where the session was read before.
   *
   * @throws Problem `session-changed` where the carried session was ended meanwhile, `slow-down`; what the check throws
   */
  signIn(user: User, options?: SignInOptions): Promise<void>;
  /**
   * Whose session this server has seen it to be, `null` where it has not seen it. To ask for the session and for what
   * goes with its user in one request; a hint, and never an answer. No request to Redis.
   */
  recall(): Promise<SeenUser | null>;
  /** Ends the session. In an outage it throws, and the cookie stays: nothing claims that the session has ended. */
  signOut(): Promise<void>;
  /**
   * Gives the session a new ID; both timeouts go on. Two requests to Redis and one for a user's, one where the session
   * was not read before; up to two for the others.
   *
   * @throws Problem `no-session`, `session-changed`; what the change throws
   */
  rotate(options?: NewIdOptions): Promise<void>;
  /** Sets the idle timeout, from 1 to 86,400 seconds, which starts again with it. @throws Problem `no-session` */
  setIdleSeconds(seconds: number): Promise<void>;
  /** The user's sessions, newest first. @throws Problem `sign-in` without a user */
  list(): Promise<OwnListedSession[]>;
  /**
   * Ends one of the user's sessions.
   *
   * @returns how many that were: 0 where this very request ended it before.
   * @throws Problem `sign-in`, `not-found`
   */
  revoke(handle: string): Promise<number>;
  /** Ends the user's other sessions. @throws Problem `sign-in` */
  revokeOthers(options?: RotateOptions): Promise<number>;
  /** Ends all sessions of the user with this one. @throws Problem `sign-in` */
  revokeAll(options?: RevokeAllOptions): Promise<number>;
  /** The session as it lies in the browser and in the store, to show to its owner. One request to Redis. */
  inspect(): Promise<InspectedSession<D>>;
  /**
   * Whether this very request, known by its idempotency key, was carried out before and ended the session that it came
   * with. Where it put another in its place, that is the session from now on.
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
  /** Whether the browser keeps the session when it is closed. */
  readonly remember: boolean | null;
  readonly ttlSeconds: number | null;
  readonly revision: number | null;
}

/** One of the user's own sessions. */
export interface OwnListedSession extends ListedSession {
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

/** The session that a request carries, with what it says of itself, and the sessions of its user: listed and ended. */
export class OpenedSession<D> extends CarriedSession<D> implements RequestSession<D> {
  get user() {
    return this.current?.user ?? null;
  }
  get data() {
    return this.current ? this.current.data : this.context.setup.definition.initial();
  }
  get handle() {
    return this.current?.handle ?? null;
  }
  get createdAt() {
    return this.current?.createdAt ?? null;
  }
  get expiresAt() {
    return this.current?.expiresAt ?? null;
  }
  get idleSeconds() {
    return this.current?.idleSeconds ?? null;
  }
  get remember() {
    return this.current?.remember ?? null;
  }
  get ttlSeconds() {
    return this.current?.ttlSeconds ?? null;
  }
  get revision() {
    return this.current?.revision ?? null;
  }

  inspect(): Promise<InspectedSession<D>> {
    return inspectSession(this.context);
  }

  async list(): Promise<OwnListedSession[]> {
    const { user, handle } = await this.#signedIn();
    const listed = await this.context.sessions.list(user.id);
    return Promise.all(
      listed.map(async (live) => {
        const shown = await listedSession(live);
        return { ...shown, current: shown.handle === handle };
      }),
    );
  }

  async revoke(handle: string): Promise<number> {
    const byHandle = await this.#byHandle();
    const chosen = byHandle.get(handle);
    if (chosen) return this.#end([chosen]);
    // This very request may have ended it before: then the session of its user remembers it.
    const own = await this.live();
    const { sessions, request } = this.context;
    if (request && own && (await sessions.remembers(own.id, request))) return 0;
    throw new Problem({ code: "not-found" });
  }

  async revokeOthers({ reason }: RotateOptions = {}): Promise<number> {
    const own = await this.id;
    const all = await this.#byHandle();
    return this.#end(
      [...all.values()].filter(({ id }) => id !== own),
      reason,
    );
  }

  async revokeAll({ reason = "revoked", forGood = false }: RevokeAllOptions = {}): Promise<number> {
    if (!forGood) return this.#end([...(await this.#byHandle()).values()], reason);
    const { user } = await this.#signedIn();
    const own = await this.id;
    const { sessions, request } = this.context;
    const ended = await sessions.destroyUser(user.id, reason, { request });
    // Not where another tab has just replaced this session: its cookie is on its way.
    if (ended.some((id) => id === own)) await this.clear();
    return ended.length;
  }

  /** The user's live sessions by handle; this one, too, where its list was lost. */
  async #byHandle(): Promise<Map<string, LiveSession<D>>> {
    const { user } = await this.#signedIn();
    const listed = await this.context.sessions.list(user.id);
    const own = await this.live();
    const isMissing = own && !listed.some(({ id }) => id === own.id);
    const live = isMissing ? [own, ...listed] : listed;
    return new Map(
      await Promise.all(live.map(async (each) => [await sessionHandle(each.id), each] as const)),
    );
  }

  async #end(chosen: readonly LiveSession<D>[], reason: EndReason = "revoked"): Promise<number> {
    const { sessions, request, audit } = this.context;
    const { user } = await this.#signedIn();
    const own = await this.live();
    const ids = chosen.map(({ id }) => id);
    const isOwnChosen = ids.some((id) => id === own?.id);
    const outage = isOwnChosen || !own ? null : await this.#rememberRequest(own);
    const ended = await sessions.destroyAll(user.id, ids, reason, request);
    if (outage) audit.outage(outage);
    if (isOwnChosen) await this.clear();
    return ended;
  }

  /**
   * Lets the session remember this request, before anything ends: a key that belongs to another request ends nothing.
   *
   * @returns why it cannot: a full Redis ends sessions all the same
   * @throws IdempotencyKeyReused
   */
  async #rememberRequest(own: LiveSession<D>): Promise<StoreUnavailable | null> {
    const { sessions, request } = this.context;
    try {
      if (request) await sessions.update(own.id, (session) => session, request);
      return null;
    } catch (error) {
      if (error instanceof StoreUnavailable) return error;
      throw error;
    }
  }

  async #signedIn(): Promise<SignedInSession<D>> {
    await this.read({ renew: false });
    if (!this.current || !hasUser(this.current)) throw new Problem({ code: "sign-in" });
    return this.current;
  }
}
