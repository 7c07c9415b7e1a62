import type { CookieToSet } from "../cookie/cookie.ts";
import {
  anonymousDraft,
  type SessionDraft,
  signedInDraft,
  UNKNOWN_DEVICE,
  type User,
} from "../define-session.ts";
import { isRepetition, type RequestDigest } from "../idempotency.ts";
import { instanceName } from "../process-state.ts";
import { type SessionId, sessionHandle } from "../session-id.ts";
import { type CurrentSession, type SignedInSession, snapshotOf } from "../session-snapshot.ts";
import {
  absent,
  type EndedSession,
  type EndReason,
  ended,
  type LiveSession,
  type NoSession,
  SessionBusy,
} from "../store.ts";
import { createWithinLimit, withinBeginLimit } from "./begin-limit.ts";
import { Problem } from "./http/problem.ts";
import { clearedCookieOf, cookieOf, isPrefetch, type SessionContext } from "./request-context.ts";

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
   * "Keep me signed in". Without it the cookie ends with the browser, and the lifetime is a day at most. A new ID of the
   * same session, as from `rotate`, keeps the choice. Default: `true`.
   */
  readonly remember?: boolean | undefined;
  /**
   * For a user who has proved something, such as a password: throws where that does not hold any more. Asked in the
   * request that begins the session, so it may run where the session is refused all the same, and again where the
   * sign-in is tried again. With it, a sign-in that is sent again leads to the session that it made before; without it
   * the idempotency key alone does.
   */
  readonly check?: () => Promise<void>;
  /**
   * The version of what was proved, such as one that the account gets with each new password: an integer that grows.
   * Whoever ends all sessions of the user for a later version has ended this sign-in, too, wherever it is under way.
   */
  readonly version?: number;
  /** The app has limited this sign-in itself. Default: without a session it counts for `BEGIN_LIMIT`. */
  readonly isLimited?: boolean;
}

export interface RotateOptions {
  /** For the audit log. */
  readonly reason?: EndReason;
}

export interface NewIdOptions extends RotateOptions {
  /**
   * What the new ID is for and what cannot be undone, such as a change of the password. It runs once all is prepared,
   * and the session was seen alive just before. What it throws goes to the caller, and leaves the session as it was.
   */
  readonly change?: () => Promise<void>;
  /**
   * The version of what sign-ins prove, once that is changed: from then on no older sign-in that is under way begins a
   * session.
   */
  readonly version?: number;
  /** Ends the user's other sessions. Default: no. */
  readonly endsOthers?: boolean | undefined;
}

/** The user of a session that may have ended, and the handle that it would have. */
export type SeenUser = Pick<SignedInSession, "user" | "handle">;

/** How the cookie gets to the browser. */
export type WriteCookie = (cookie: CookieToSet) => void;

/**
 * The session that a request carries: read, changed, replaced and ended, each as `LazySession` documents it. It keeps
 * the cookie in step with the session's ID.
 */
export class CarriedSession<D> {
  current: CurrentSession<D> | null = null;
  protected id: Promise<SessionId | null>;
  #found: LiveSession<D> | NoSession = absent;
  #reading: Promise<void> | undefined;
  #changes = 0;

  constructor(
    protected readonly context: SessionContext<D>,
    private readonly write: WriteCookie,
  ) {
    this.id = context.sessionId();
  }

  async read({ renew = true, again = false }: ReadOptions = {}): Promise<this> {
    if (again) this.#reading = this.#read(renew);
    this.#reading ??= this.#read(renew);
    await this.#reading;
    return this;
  }

  async #read(renew: boolean): Promise<void> {
    const id = await this.id;
    if (!id) return;
    const { sessions, headers } = this.context;
    // A prefetch, which may never be shown, does not renew the idle timeout.
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
    await this.#replace(await createWithinLimit(this.context, { ...draft, data: change(draft.data) }));
  }

  async #tryUpdate(
    change: <S extends SessionDraft<D>>(draft: S) => S,
  ): Promise<LiveSession<D> | NoSession | null> {
    const id = await this.id;
    if (!id) return null;
    const served = <S extends SessionDraft<D>>(session: S) => ({
      ...change(session),
      servedBy: instanceName(),
    });
    const found = await this.context.sessions.update(id, served, this.#request());
    await this.#adopt(found);
    return found;
  }

  async signIn(
    user: User,
    { idleSeconds, remember = true, check, version, isLimited = false }: SignInOptions = {},
  ): Promise<void> {
    const { context } = this;
    const { sessions, request, unboundRequest } = context;
    const { definition } = context.setup;
    const carried = await this.#carried(isLimited);
    // A user who has proved something is the same one again.
    if (!check && (await this.#wasCreatedByThisRequest(carried))) return this.#replace(carried);
    const init = { ...this.#init(idleSeconds), remember };
    const draft = (old: LiveSession<D>["session"] | null) =>
      signedInDraft(definition, { user, carried: old, init });
    const rotate = async (old: LiveSession<D>) =>
      sessions.rotate(old, draft, { check, version, request, begunBy: await unboundRequest?.() });
    const found = carried.state === "live" ? await rotate(carried) : carried;
    if (found.state === "live") return this.#replace(found);
    const earlier =
      found.state === "ended" &&
      (await successorOf(this.context, found, { provedUserId: check && user.id, check }));
    // Who asks for it in another way than before is no repetition: what the browser keeps is the last word's.
    if (earlier)
      return this.#replace((earlier.session.remember ?? true) === remember ? earlier : await rotate(earlier));
    // It lived when the request began, and was ended since; or this very request came before, and what it began was
    // ended since: a log-out is final, also where a proxy sends the log-in once more.
    if (carried.state === "live" || wasRotatedBy(found, request))
      throw new Problem({ code: "session-changed" });
    const begin = isLimited
      ? sessions.create(draft(null), { check, version })
      : createWithinLimit(context, draft(null), { check, version });
    await this.#replace(await begin);
  }

  /**
   * The session that a sign-in may carry over. Where nothing has read it yet, the sign-in counts for its address in the
   * same request.
   */
  async #carried(isLimited: boolean): Promise<LiveSession<D> | NoSession> {
    const id = await this.id;
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
   * Whether this very request has begun the carried session: the user clicked again when the cookie had come and the
   * next page had not. A guest begun anew would be another user, without the data. One request to Redis.
   */
  async #wasCreatedByThisRequest(carried: LiveSession<D> | NoSession): Promise<boolean> {
    const { sessions, unboundRequest } = this.context;
    if (carried.state !== "live" || !carried.session.user || !unboundRequest) return false;
    return sessions.remembers(carried.id, await unboundRequest());
  }

  async recall(): Promise<SeenUser | null> {
    const id = await this.id;
    if (!id) return null;
    const session = this.context.sessions.recall(id);
    return session?.user ? { user: session.user, handle: await sessionHandle(id) } : null;
  }

  async signOut(): Promise<void> {
    const id = await this.id;
    if (!id) return;
    await this.context.sessions.destroy(id);
    await this.clear();
  }

  async rotate(options: NewIdOptions = {}): Promise<void> {
    const old = await this.live();
    if (!old) throw new Problem({ code: "no-session" });
    const now = await this.#newId(old, options);
    const earlier = now.state === "ended" ? await successorOf(this.context, now) : null;
    await this.#replace(earlier ?? now);
  }

  /** Where other changes are so fast that it gets no new ID, it ends: another client holds a copy of it. */
  async #newId(
    old: LiveSession<D>,
    { reason: why = "rotated", change, version, endsOthers }: NewIdOptions,
  ): Promise<LiveSession<D> | NoSession> {
    const { sessions, request } = this.context;
    const forVersion = { version, voidsOlder: version !== undefined, endsOthers, beforeClaim: change };
    try {
      return await sessions.rotate(old, (session) => session, {
        ...forVersion,
        ...{ keepTimeouts: true, why, request },
      });
    } catch (error) {
      if (!(error instanceof SessionBusy)) throw error;
      await sessions.destroy(old.id, why);
      return ended;
    }
  }

  async wasDone(): Promise<boolean> {
    await this.read({ renew: false });
    const found = this.#found;
    if (found.state !== "ended" || !isRepetition(found.request, this.context.request)) return false;
    const earlier = await successorOf(this.context, found);
    await (earlier ? this.#replace(earlier) : this.clear());
    return true;
  }

  /** The session with its ID, also where the middleware has read it. */
  protected async live(): Promise<LiveSession<D> | null> {
    await this.read({ renew: false });
    const id = await this.id;
    if (this.current && id && this.#found.state !== "live")
      await this.#adopt(await this.context.sessions.peek(id));
    return this.#found.state === "live" ? this.#found : null;
  }

  /** The session has ended: the browser's cookie goes with it. */
  protected async clear(): Promise<void> {
    this.id = Promise.resolve(null);
    await this.#adopt(ended);
    this.write(clearedCookieOf(this.context));
  }

  #init(idleSeconds = this.context.env.sessionIdleSeconds) {
    const { setup, headers } = this.context;
    return { idleSeconds, servedBy: instanceName(), device: setup.describeDevice(headers) || UNKNOWN_DEVICE };
  }

  /**
   * A handler may make several changes: each is known by its place, or the second would pass for a repetition of the
   * first.
   */
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

  /** From now on this is the request's session, and its cookie goes to the browser. */
  async #replace(by: LiveSession<D> | NoSession): Promise<void> {
    if (by.state !== "live") throw new Problem({ code: "session-changed" });
    this.id = Promise.resolve(by.id);
    await this.#adopt(by);
    this.write(await cookieOf(this.context, by));
  }
}

interface Claimant {
  /** The user who has just proved an identity; without a proof the idempotency key alone counts. */
  readonly provedUserId?: string | undefined;
  /** As in a sign-in. */
  readonly check?: (() => Promise<void>) | undefined;
}

/**
 * The session that took the place of an ended one, for those who may have it: the client that sends the very request
 * again that put it there, and its user with the right password. Anybody else gets `null`, so that an old or planted
 * cookie leads nowhere. One step, no chain. At most one request to Redis.
 *
 * @throws IdempotencyKeyReused, and what the check throws
 */
export async function successorOf<D>(
  context: Pick<SessionContext<D>, "sessions" | "request">,
  { successor, request }: EndedSession,
  { provedUserId, check }: Claimant = {},
): Promise<LiveSession<D> | null> {
  const isSent = isRepetition(request, context.request);
  if (!successor || !(isSent || provedUserId !== undefined)) return null;
  // The check comes with it: the place may have been taken by a password change meanwhile.
  const [found] = await Promise.all([context.sessions.get(successor), check?.()]);
  if (found.state !== "live") return null;
  return isSent || found.session.user?.id === provedUserId ? found : null;
}

/** Whether this request has put a session in the place of the one that was found. */
function wasRotatedBy(found: LiveSession<unknown> | NoSession, request: RequestDigest | undefined): boolean {
  return found.state === "ended" && found.successor !== undefined && isRepetition(found.request, request);
}
