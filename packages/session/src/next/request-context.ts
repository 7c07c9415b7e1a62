import { Audit, type AuditSink } from "../audit/audit.ts";
import type { SessionCodec } from "../codec.ts";
import { type CookieToSet, sessionCookie } from "../cookie/cookie.ts";
import type { SessionDefinition, SessionPages } from "../define-session.ts";
import { type Env, readEnv } from "../env.ts";
import type { RequestDigest } from "../idempotency.ts";
import type { ActiveIndex } from "../redis/active/active-index.ts";
import type { RedisKeys } from "../redis/keys.ts";
import type { RedisWithin } from "../redis/transport/deadline.ts";
import type { SessionId } from "../session-id.ts";
import type { LiveSession, SessionStore } from "../store.ts";
import { type Site, siteOf } from "./http/origin.ts";
import type { UnavailablePage } from "./http/unavailable-page.ts";

/** A session store, and the way to Redis that it goes. */
export interface OpenedStore<D, S = SessionStore<D>> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly sessions: S;
  /** Where there is one. */
  readonly active?: ActiveIndex | undefined;
}

export interface Opening {
  readonly env: Env;
  readonly audit: Audit;
  /** What of the deadline is spent. */
  readonly spentMs?: number;
}

/** What the requests of a process have in common. A middleware has no store (`S`): it reads texts of sessions. */
export interface SessionSetup<D, S = SessionStore<D>> {
  readonly definition: SessionDefinition<D>;
  readonly codec: SessionCodec<D>;
  /** Makes a store with a deadline of its own. */
  open(opening: Opening): OpenedStore<D, S>;
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
  /**
   * Keeps an index of all active sessions, with the requests that begin, change and end them anyway: for what `admin` counts,
   * lists and ends beyond one user's sessions. Default: off.
   */
  readonly activeIndex?: boolean;
  /** The page (HTML) that a form is answered in an outage, with status 503. Default: one without any style. */
  readonly unavailablePage?: (page: UnavailablePage) => string;
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
  readonly roundTrips: RedisWithin["roundTrips"];
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
export interface SessionContext<D, S = SessionStore<D>> extends RequestContext {
  readonly setup: SessionSetup<D, S>;
  readonly sessions: S;
}

export function contextOf<D, S>(setup: SessionSetup<D, S>, headers: Headers): SessionContext<D, S> {
  const startedMs = performance.now();
  const env = readEnv();
  const site = siteOf(headers, env);
  const audit = new Audit(headers, env, { events: setup.events });
  const cookies = sessionCookie.values(headers.get("cookie"), { env, secure: site.secure });
  let sessionId: Promise<SessionId | null> | undefined;
  let opened: OpenedStore<D, S> | undefined;
  // A request that asks Redis nothing makes no store.
  const store = () => {
    opened ??= setup.open({ env, audit, spentMs: context.spentBeforeMs });
    return opened;
  };
  const context: SessionContext<D, S> = {
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
    get roundTrips() {
      return opened?.redis.roundTrips ?? [];
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

/**
 * `prefetch` or `prefetch;prerender` (https://html.spec.whatwg.org/#the-sec-purpose-http-request-header), or its
 * forerunner.
 */
export function isPrefetch(headers: Headers): boolean {
  return [headers.get("sec-purpose"), headers.get("purpose")].some((word) => word?.startsWith("prefetch"));
}

/** The cookie that hands a session which has just got its ID to the browser, for as long as it may stay there. */
export function cookieOf(
  { env, site }: RequestContext,
  { id, session, nowMs }: LiveSession,
): Promise<CookieToSet> {
  const { expiresAt, remember } = session;
  return sessionCookie.sealed(id, { env, secure: site.secure, leftMs: expiresAt - nowMs, remember });
}

/** The cookie that takes the session away from the browser. */
export function clearedCookieOf({ env, site }: RequestContext): CookieToSet {
  return sessionCookie.emptied({ env, secure: site.secure });
}
