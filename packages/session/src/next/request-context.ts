import { Audit, type AuditSink } from "../audit/audit.ts";
import { createSessionCodec, type SessionCodec } from "../codec.ts";
import { type CookieToSet, sessionCookie } from "../cookie/cookie.ts";
import type { SessionDefinition, SessionPages } from "../define-session.ts";
import { type Env, readEnv } from "../env.ts";
import type { RequestDigest } from "../idempotency.ts";
import { processState, tracedIfOn } from "../process-state.ts";
import { type RedisKeys, redisKeys } from "../redis/keys.ts";
import { redisSessionStore } from "../redis/redis-session-store.ts";
import { type SeenSessions, seenSessions } from "../redis/seen-sessions.ts";
import { isRequestBound, isSandboxedEdge } from "../redis/transport/connect.ts";
import { type RedisWithin, redisWithin } from "../redis/transport/deadline.ts";
import { createSessionWriter, type SessionWriter, writerOfRequest } from "../redis/update-queue.ts";
import type { SessionId } from "../session-id.ts";
import type { LiveSession, SessionStore } from "../store.ts";
import { type Site, siteOf } from "./http/origin.ts";
import { plainUnavailablePage, type UnavailablePage } from "./http/unavailable-page.ts";

/** What the requests of a process have in common. */
export interface SessionSetup<D> {
  readonly definition: SessionDefinition<D>;
  readonly codec: SessionCodec<D>;
  readonly writer: SessionWriter<D>;
  describeDevice(headers: Headers): string;
  readonly events: AuditSink | undefined;
  unavailablePage(page: UnavailablePage): string;
}

export interface SetupOptions {
  /**
   * The browser and the system of a request in words, such as `Firefox on Linux`, in up to 80 characters; `""`:
   * unknown, which is the default. An option of the handlers and not of the definition, so that the middleware does not
   * carry it.
   */
  readonly describeDevice?: (headers: Headers) => string;
  /** Gets each line of the audit log. Default: JSON on the console. */
  readonly events?: AuditSink;
  /** The page (HTML) that a form is answered in an outage, with status 503. Default: one without any style. */
  readonly unavailablePage?: (page: UnavailablePage) => string;
}

export function setUpSessions<D>(
  definition: SessionDefinition<D>,
  { describeDevice = () => "", events, unavailablePage = plainUnavailablePage }: SetupOptions = {},
): SessionSetup<D> {
  const codec = createSessionCodec(definition);
  return { definition, codec, writer: createSessionWriter(), describeDevice, events, unavailablePage };
}

/** Makes a {@link SessionContext} of a request's headers, bound to what the app's sessions are. */
export type ContextOf<D> = (headers: Headers) => SessionContext<D>;

/** One HTTP request, as far as it does not matter what the app keeps in its sessions. */
export interface RequestContext {
  readonly pages: SessionPages;
  readonly env: Env;
  readonly headers: Headers;
  readonly site: Site;
  readonly keys: RedisKeys;
  /** All that this request asks of Redis shares one deadline; what is asked in one tick travels together. */
  readonly redis: RedisWithin;
  /** The REST requests to Redis so far. */
  readonly trips: RedisWithin["trips"];
  /** What of the deadline this context has spent. */
  readonly spentMs: number;
  readonly audit: Audit;
  /** When it began, on the clock of `performance.now()`. */
  readonly startedMs: number;
  /**
   * What of the deadline was spent before this context, by the middleware of the same request. Set before Redis is
   * asked.
   */
  spentBeforeMs: number;
  /** The raw session cookies; nothing about them is known to be true. */
  readonly cookies: readonly string[];
  /** The ID of the first cookie that opens, opened once. `null` without a seal of ours. No request to Redis. */
  sessionId(): Promise<SessionId | null>;
  /** Of a change that brought an idempotency key. Set before the handler runs. */
  request?: RequestDigest | undefined;
  /** The same, whatever session the request carries: what it begins knows it by that. */
  unboundRequest?: (() => Promise<RequestDigest>) | undefined;
  /** Whether `BEGIN_LIMIT` has counted this request: it counts once, whatever begins with it. */
  isBeginCounted: boolean;
}

/** One HTTP request, with the sessions that it may use: the one place where everything is wired together. */
export interface SessionContext<D> extends RequestContext {
  readonly setup: SessionSetup<D>;
  readonly sessions: SessionStore<D>;
}

export function contextOf<D>(setup: SessionSetup<D>, headers: Headers): SessionContext<D> {
  const startedMs = performance.now();
  const env = readEnv();
  const site = siteOf(headers, env);
  const audit = new Audit(headers, env, { events: setup.events });
  const cookies = sessionCookie.values(headers.get("cookie"), { env, secure: site.secure });
  let sessionId: Promise<SessionId | null> | undefined;
  let opened: OpenedStore<D> | undefined;
  // A request that asks Redis nothing makes no store.
  const store = () => {
    opened ??= openStore(setup, { env, audit, spentMs: context.spentBeforeMs });
    return opened;
  };
  const context: SessionContext<D> = {
    setup,
    pages: setup.definition.pages,
    env,
    headers,
    site,
    startedMs,
    spentBeforeMs: 0,
    isBeginCounted: false,
    audit,
    cookies,
    get redis() {
      return store().redis;
    },
    get keys() {
      return store().keys;
    },
    get sessions() {
      return store().sessions;
    },
    get trips() {
      return opened?.redis.trips ?? [];
    },
    get spentMs() {
      return opened?.redis.spentMs ?? 0;
    },
    // There is no session to hash in what is refused: it is written at once.
    sessionId() {
      sessionId ??= sessionCookie.open(cookies, env, (why) => void audit.record("seal-refused", { why }));
      return sessionId;
    },
  };
  return context;
}

/** A session store, and the way to Redis that it goes. */
export interface OpenedStore<D> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly sessions: SessionStore<D>;
}

interface Opening {
  readonly env: Env;
  readonly audit: Audit;
  /** What of the deadline is spent. */
  readonly spentMs?: number;
}

/** How long cleaning up after an outage waits for Redis, each time that it tries. */
const CLEAN_UP_MS = 2_000;

/** A store with a deadline of its own. */
export function openStore<D>(
  { codec, writer }: SessionSetup<D>,
  { env, audit, spentMs = 0 }: Opening,
): OpenedStore<D> {
  const keys = redisKeys(env.sessionNamespace);
  const redis = redisWithin(env, env.sessionDeadlineMs - spentMs);
  const store = redisSessionStore({
    redis,
    // A host that ends its work with the answer cleans up nothing after it.
    redisAfterwards: isRequestBound ? undefined : () => redisWithin(env, CLEAN_UP_MS),
    keys,
    lifetimeSeconds: env.sessionLifetimeSeconds,
    codec,
    writer: writerOfRequest(writer),
    ...(isSandboxedEdge ? {} : { seen: seenByProcess() }),
    events: audit,
  });
  return { redis, keys, sessions: tracedIfOn(store, redis) };
}

/** What the handlers and the pages of this process have seen of sessions. */
export function seenByProcess(): SeenSessions {
  const state = processState();
  state.seenSessions ??= seenSessions();
  return state.seenSessions;
}

/**
 * `prefetch` or `prefetch;prerender` (https://html.spec.whatwg.org/#the-sec-purpose-http-request-header), or its
 * forerunner.
 */
export function isPrefetch(headers: Headers): boolean {
  return [headers.get("sec-purpose"), headers.get("purpose")].some((word) => word?.startsWith("prefetch"));
}

/** The cookie that hands a session which has just got its ID to the browser, for as long as it may live. */
export function cookieOf(
  { env, site }: RequestContext,
  { id, session, nowMs }: LiveSession,
): Promise<CookieToSet> {
  return sessionCookie.sealed(id, { env, secure: site.secure, leftMs: session.expiresAt - nowMs });
}

/** The cookie that takes the session away from the browser. */
export function clearedCookieOf({ env, site }: RequestContext): CookieToSet {
  return sessionCookie.emptied({ env, secure: site.secure });
}
