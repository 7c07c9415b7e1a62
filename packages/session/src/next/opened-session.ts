import { sessionHandle } from "../session-id.ts";
import { hasUser, listedSession, type SignedInSession } from "../session-snapshot.ts";
import { type EndReason, type LiveSession, StoreUnavailable } from "../store.ts";
import { CarriedSession } from "./carried-session.ts";
import { Problem } from "./problem.ts";
import type { OwnListedSession, RequestSession, RevokeAllOptions, RotateOptions } from "./request-session.ts";

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
  get ttlSeconds() {
    return this.current?.ttlSeconds ?? null;
  }
  get revision() {
    return this.current?.revision ?? null;
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
    const ended = await this.context.sessions.destroyUser(user.id, reason, this.context.request);
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
      if (request) await sessions.update(own.id, (session) => session, request, own);
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
