import type { CookieToSet } from "../cookie/cookie.ts";
import type { SessionDraft } from "../define-session.ts";
import { anonymousDraft, signedInDraft } from "../define-session.ts";
import { isRepetition, type RequestDigest } from "../request-digest.ts";
import { UNKNOWN_DEVICE, type User } from "../session-head.ts";
import { type SessionId, sessionHandle } from "../session-id.ts";
import {
  type CurrentSession,
  hasUser,
  type ListedSession,
  listedSession,
  type SignedInSession,
  snapshotOf,
} from "../session-snapshot.ts";
import type { EndReason } from "../store.ts";
import { absent, ended, type LiveSession, type NoSession, SessionBusy, StoreUnavailable } from "../store.ts";
import { createWithinLimit, withinBeginLimit } from "./begin-limit.ts";
import { instanceName } from "./instance.ts";
import { Problem } from "./problem.ts";
import {
  clearedCookieOf,
  cookieOf,
  isPrefetch,
  type SessionContext,
  sessionIdOf,
} from "./request-context.ts";
import { successorOf } from "./successor.ts";

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
 * Each may throw {@link StoreUnavailable}, and `SessionBusy` where others were faster too often: nothing was changed then.
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

/** How the cookie gets to the browser. */
export type WriteCookie = (cookie: CookieToSet) => void;

export class OpenedSession<D> implements RequestSession<D> {
  current: CurrentSession<D> | null = null;
  #id: Promise<SessionId | null>;
  #found: LiveSession<D> | NoSession = absent;
  #reading: Promise<void> | undefined;
  #changes = 0;

  constructor(
    private readonly context: SessionContext<D>,
    private readonly write: WriteCookie,
  ) {
    this.#id = sessionIdOf(context);
  }

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
  get ttlSeconds() {
    return this.current?.ttlSeconds ?? null;
  }
  get revision() {
    return this.current?.revision ?? null;
  }

  async read({ renew = true, again = false }: ReadOptions = {}): Promise<this> {
    if (again) this.#reading = this.#read(renew);
    this.#reading ??= this.#read(renew);
    await this.#reading;
    return this;
  }

  async #read(renew: boolean): Promise<void> {
    const id = await this.#id;
    if (!id) return;
    const { sessions, headers } = this.context;
    // What a browser asks for ahead of time, perhaps for nobody, starts no timeout again.
    await this.#adopt(await (renew && !isPrefetch(headers) ? sessions.get(id) : sessions.peek(id)));
  }

  /** What the middleware of this server has read for this request. */
  adoptHandover(current: CurrentSession<D> | null): void {
    this.#reading ??= Promise.resolve();
    this.current = current;
  }

  async update(change: (data: D) => D): Promise<void> {
    const found = await this.#tryUpdate((draft) => ({ ...draft, data: change(draft.data) }));
    if (found?.state !== "live") throw new Problem({ code: "no-session" });
  }

  async setIdleSeconds(idleSeconds: number): Promise<void> {
    const found = await this.#tryUpdate((draft) => ({ ...draft, idleSeconds }));
    if (found?.state !== "live") throw new Problem({ code: "no-session" });
  }

  async updateOrCreate(change: (data: D) => D): Promise<void> {
    const found = await this.#tryUpdate((draft) => ({ ...draft, data: change(draft.data) }));
    if (found?.state === "live") return;
    // What was ended a moment ago does not begin again by itself.
    if (found?.state === "ended") throw new Problem({ code: "no-session" });
    const draft = anonymousDraft(this.context.setup.definition, this.#init());
    await this.#begun(await createWithinLimit(this.context, { ...draft, data: change(draft.data) }));
  }

  async #tryUpdate(
    change: <S extends SessionDraft<D>>(draft: S) => S,
  ): Promise<LiveSession<D> | NoSession | null> {
    const id = await this.#id;
    if (!id) return null;
    const served = <S extends SessionDraft<D>>(session: S) => ({
      ...change(session),
      servedBy: instanceName(),
    });
    const seen = this.#found.state === "live" ? this.#found : undefined;
    const found = await this.context.sessions.update(id, served, this.#request(), seen);
    await this.#adopt(found);
    return found;
  }

  async signIn(user: User, { idleSeconds, check, isLimited = false }: SignInOptions = {}): Promise<void> {
    const { context } = this;
    const { sessions, request, unboundRequest } = context;
    const { definition } = context.setup;
    const carried = await this.#carried(isLimited);
    // A user who has proved something is the same one again.
    const begunBefore = check ? null : await this.#begunBefore(carried);
    if (begunBefore) return this.#begun(begunBefore);
    const init = this.#init(idleSeconds);
    const draft = (old: LiveSession<D>["session"] | null) =>
      signedInDraft(definition, { user, carried: old, init });
    const found =
      carried.state === "live"
        ? await sessions.rotate(carried, draft, { check, request, begunBy: await unboundRequest?.() })
        : carried;
    if (found.state === "live") return this.#begun(found);
    const earlier =
      found.state === "ended" &&
      (await successorOf(this.context, found, { provedUserId: check && user.id, check }));
    if (earlier) return this.#begun(earlier);
    // It lived when the request began, and somebody has ended it since; or this very request came before, and what it began was
    // ended since: a log-out is final, also where a proxy sends the log-in once more.
    if (carried.state === "live" || wasMadeBefore(found, request))
      throw new Problem({ code: "session-changed" });
    const begin = isLimited
      ? sessions.create(draft(null), check)
      : createWithinLimit(context, draft(null), check);
    await this.#begun(await begin);
  }

  /** The session that a sign-in may carry over. Where nothing has read it yet, the beginning counts for its address in the same request. */
  async #carried(isLimited: boolean): Promise<LiveSession<D> | NoSession> {
    const id = await this.#id;
    if (!id) return absent;
    if (this.#reading && !this.current) return this.#found;
    if (this.#found.state !== "live") {
      const { context } = this;
      const peek = () => context.sessions.peek(id);
      await this.#adopt(await (isLimited ? peek() : withinBeginLimit(context, peek)));
    }
    return this.#found;
  }

  /**
   * The carried session, where this very request has begun it: somebody clicked again when the cookie had come and the next
   * page had not. A guest begun anew would be another user, without the data. One request to Redis.
   */
  async #begunBefore(carried: LiveSession<D> | NoSession): Promise<LiveSession<D> | null> {
    const { sessions, unboundRequest } = this.context;
    if (carried.state !== "live" || !carried.session.user || !unboundRequest) return null;
    const isNew = new Error("This request has not begun the session.");
    const refuse = () => {
      throw isNew;
    };
    try {
      const found = await sessions.update(carried.id, refuse, await unboundRequest());
      return found.state === "live" ? found : null;
    } catch (error) {
      if (error === isNew) return null;
      throw error;
    }
  }

  async signOut(): Promise<void> {
    const id = await this.#id;
    if (!id) return;
    await this.context.sessions.destroy(id);
    await this.#gone();
  }

  async rotate({ reason = "rotated" }: RotateOptions = {}): Promise<void> {
    const old = await this.#live();
    if (!old) throw new Problem({ code: "no-session" });
    const now = await this.#newId(old, reason);
    const earlier = now.state === "ended" ? await successorOf(this.context, now) : null;
    await this.#begun(earlier ?? now);
  }

  /** Where somebody changes the session so fast that it gets no new ID, it ends: they have a copy of it. */
  async #newId(old: LiveSession<D>, why: EndReason): Promise<LiveSession<D> | NoSession> {
    const { sessions, request } = this.context;
    try {
      return await sessions.rotate(old, (session) => session, { keepClocks: true, why, request });
    } catch (error) {
      if (!(error instanceof SessionBusy)) throw error;
      await sessions.destroy(old.id, why);
      return ended;
    }
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
    return chosen ? this.#endListed([chosen]) : this.#endedBefore();
  }

  async revokeOthers({ reason }: RotateOptions = {}): Promise<number> {
    const own = await this.#id;
    const all = await this.#byHandle();
    return this.#endListed(
      [...all.values()].filter(({ id }) => id !== own),
      reason,
    );
  }

  async revokeAll({ reason = "revoked", forGood = false }: RevokeAllOptions = {}): Promise<number> {
    if (!forGood) return this.#endListed([...(await this.#byHandle()).values()], reason);
    const { user } = await this.#signedIn();
    const own = await this.#id;
    const gone = await this.context.sessions.destroyUser(user.id, reason, this.context.request);
    // Not where another tab has just replaced this session: its cookie is on its way.
    if (gone.some((id) => id === own)) await this.#gone();
    return gone.length;
  }

  async wasDone(): Promise<boolean> {
    await this.read({ renew: false });
    const found = this.#found;
    if (found.state !== "ended" || !isRepetition(found.request, this.context.request)) return false;
    const earlier = await successorOf(this.context, found);
    await (earlier ? this.#begun(earlier) : this.#gone());
    return true;
  }

  /** The user's live sessions by handle; this one, too, where its list was lost. */
  async #byHandle(): Promise<Map<string, LiveSession<D>>> {
    const { user } = await this.#signedIn();
    const listed = await this.context.sessions.list(user.id);
    const own = await this.#live();
    const isMissing = own && !listed.some(({ id }) => id === own.id);
    const live = isMissing ? [own, ...listed] : listed;
    return new Map(
      await Promise.all(live.map(async (each) => [await sessionHandle(each.id), each] as const)),
    );
  }

  async #endListed(chosen: readonly LiveSession<D>[], reason: EndReason = "revoked"): Promise<number> {
    const { sessions, request, audit } = this.context;
    const { user } = await this.#signedIn();
    const own = await this.#live();
    const ids = chosen.map(({ id }) => id);
    const isOwnOver = ids.some((id) => id === own?.id);
    const forgotten = isOwnOver || !own ? null : await this.#remember(own);
    const ended = await sessions.destroyAll(user.id, ids, reason, request);
    if (forgotten) audit.outage(forgotten);
    if (isOwnOver) await this.#gone();
    return ended;
  }

  /**
   * Lets the session remember this request, before anything ends: a key that belongs to another request ends nothing.
   *
   * @returns why it cannot: a full Redis ends sessions all the same
   * @throws IdempotencyKeyReused
   */
  async #remember(own: LiveSession<D>): Promise<StoreUnavailable | null> {
    const { sessions, request } = this.context;
    try {
      if (request) await sessions.update(own.id, (session) => session, request, own);
      return null;
    } catch (error) {
      if (error instanceof StoreUnavailable) return error;
      throw error;
    }
  }

  /** That this request has ended its session before: then the session of its user remembers it. @throws Problem `not-found` where it does not */
  async #endedBefore(): Promise<0> {
    const { sessions, request } = this.context;
    const refuse = () => {
      throw new Problem({ code: "not-found" });
    };
    const own = await this.#live();
    await (request && own ? sessions.update(own.id, refuse, request) : refuse());
    return 0;
  }

  async #signedIn(): Promise<SignedInSession<D>> {
    await this.read({ renew: false });
    if (!this.current || !hasUser(this.current)) throw new Problem({ code: "sign-in" });
    return this.current;
  }

  /** The session with its ID, also where the middleware has read it. */
  async #live(): Promise<LiveSession<D> | null> {
    await this.read({ renew: false });
    const id = await this.#id;
    if (this.current && id && this.#found.state !== "live")
      await this.#adopt(await this.context.sessions.peek(id));
    return this.#found.state === "live" ? this.#found : null;
  }

  #init(idleSeconds = this.context.env.sessionIdleSeconds) {
    const { setup, headers } = this.context;
    return { idleSeconds, servedBy: instanceName(), device: setup.describeDevice(headers) || UNKNOWN_DEVICE };
  }

  /** A handler may make several changes: each is known by its place, or the second would pass for a repetition of the first. */
  #request(): RequestDigest | undefined {
    const { request } = this.context;
    const at = this.#changes++;
    return request && at > 0 ? { ...request, key: `${request.key}${at}` } : request;
  }

  async #adopt(found: LiveSession<D> | NoSession): Promise<void> {
    this.#reading ??= Promise.resolve();
    this.#found = found;
    this.current = found.state === "live" ? await snapshotOf(found) : null;
  }

  async #begun(found: LiveSession<D> | NoSession): Promise<void> {
    if (found.state !== "live") throw new Problem({ code: "session-changed" });
    this.#id = Promise.resolve(found.id);
    await this.#adopt(found);
    this.write(await cookieOf(this.context, found));
  }

  async #gone(): Promise<void> {
    this.#id = Promise.resolve(null);
    await this.#adopt(ended);
    this.write(clearedCookieOf(this.context));
  }
}

/** Whether this request has put a session in the place of the one that was found. */
function wasMadeBefore(found: LiveSession<unknown> | NoSession, request: RequestDigest | undefined): boolean {
  return found.state === "ended" && found.successor !== undefined && isRepetition(found.request, request);
}
