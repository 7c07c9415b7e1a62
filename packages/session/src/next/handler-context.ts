import type { Audit } from "../audit/audit.ts";
import { openSeal, sealSessionId } from "../cookie/seal.ts";
import type { RequestDigest } from "../idempotency.ts";
import type { RedisKeys } from "../redis/keys.ts";
import type { RedisWithin } from "../redis/transport/deadline.ts";
import type { SessionId } from "../session-id.ts";
import type { SessionStore } from "../store.ts";
import { withinBeginLimit } from "./begin-limit.ts";
import { clientAddress, type Site } from "./http/origin.ts";
import type { SessionContext } from "./request-context.ts";

/** What a route handler may know and use of its request, besides the session. */
export interface HandlerContext<D> {
  readonly headers: Headers;
  readonly url: URL;
  readonly site: Site;
  /** The client's address, as the outermost trusted proxy wrote it; of IPv6 the network (a `/64`). */
  readonly clientAddress: string;
  /** The way to Redis for data of the app's own: with the session's requests, within the same deadline. */
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  /** The store, for sessions other than the request's own. */
  readonly sessions: SessionStore<D>;
  /**
   * Seals the ID of a session other than the request's own, as a value for a cookie of the app's. It opens for this
   * purpose alone.
   */
  sealId(id: SessionId, options: { readonly purpose: string; readonly ttlSeconds: number }): Promise<string>;
  /** The ID in such a seal, `null` for anything else. */
  openSealedId(seal: string, options: { readonly purpose: string }): Promise<SessionId | null>;
  /** The audit log. */
  readonly audit: Pick<Audit, "record">;
  /** Of a change that brought an idempotency key. */
  readonly request: RequestDigest | undefined;
  /**
   * Counts that this request begins something (`BEGIN_LIMIT`) while `work` asks Redis for something else: both travel
   * together. A request counts once, whatever begins with it.
   *
   * @param undo what `work` did where it was one too many
   * @throws Problem `slow-down`; whatever `work` throws
   */
  withinBeginLimit<T>(work: () => Promise<T>, undo?: (done: T) => Promise<unknown>): Promise<T>;
}

export function handlerContext<D>(context: SessionContext<D>, request: Request): HandlerContext<D> {
  const { headers, site, audit, env } = context;
  const secrets = env.sessionSecrets;
  return {
    headers,
    url: new URL(request.url),
    site,
    clientAddress: clientAddress(headers, env),
    get redis() {
      return context.redis;
    },
    get keys() {
      return context.keys;
    },
    get sessions() {
      return context.sessions;
    },
    sealId: (id, options) => sealSessionId(id, { ...options, secrets }),
    openSealedId: (seal, { purpose }) => openSeal(seal, purpose, secrets),
    audit,
    request: context.request,
    withinBeginLimit: (work, undo) => withinBeginLimit(context, work, undo),
  };
}
