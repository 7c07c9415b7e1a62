import { sessionCookie } from "@/lib/cookie/session-cookie";
import { type Env, readEnv } from "@/lib/env";
import { type RedisWithin, redisWithin } from "@/lib/redis/client";
import { type RedisKeys, redisKeys } from "@/lib/redis/keys";
import { redisSessionStore } from "@/lib/redis/redis-session-store";
import { isRequestBound } from "@/lib/redis/request-bound";
import type { RequestDigest } from "@/lib/session/request-digest";
import type { SessionId } from "@/lib/session/session-id";
import { absent, type LiveSession, type NoSession, type SessionStore } from "@/lib/session/session-store";
import { Audit } from "./audit";
import { type Site, siteOf } from "./site";
import { tracedIfOn } from "./store-tracing";

/** One HTTP request, with the stores it may use: the one place where everything is wired together. */
export interface Visit {
  readonly env: Env;
  readonly headers: Headers;
  readonly site: Site;
  readonly keys: RedisKeys;
  /** All stores of one visit share its one deadline. */
  readonly redis: RedisWithin;
  readonly sessions: SessionStore;
  readonly audit: Audit;
  /** When it began, on the clock of `performance.now()`. */
  readonly startedMs: number;
  /** The raw session cookies; nothing about them is known to be true. */
  readonly cookies: readonly string[];
  /** The ID of the first cookie that opens, looked at once. */
  readonly sessionId: () => Promise<SessionId | null>;
  /** Of a change that brought an idempotency key. */
  readonly request?: RequestDigest | undefined;
  /** The same, whatever session the request carries: what it begins knows it by that. */
  readonly unboundRequest?: (() => Promise<RequestDigest>) | undefined;
}

/** How long cleaning up after an outage waits for Redis, each time that it tries. */
const CLEAN_UP_MS = 2_000;

export function visitOf(headers: Headers): Visit {
  const startedMs = performance.now();
  const env = readEnv();
  const site = siteOf(headers, env);
  const keys = redisKeys(env.sessionNamespace);
  const redis = redisWithin(env);
  const audit = new Audit(headers, env);
  const lifetimeSeconds = env.sessionLifetimeSeconds;
  const store = redisSessionStore({
    redis,
    // A host that ends its work with the answer cleans up nothing after it.
    redisAfterwards: isRequestBound ? undefined : () => redisWithin(env, CLEAN_UP_MS),
    keys,
    lifetimeSeconds,
    witness: audit,
  });
  const cookies = sessionCookie.values(headers.get("cookie"), { env, secure: site.secure });
  let sessionId: Promise<SessionId | null> | undefined;
  return {
    env,
    headers,
    site,
    keys,
    redis,
    startedMs,
    sessions: tracedIfOn(store, redis),
    audit,
    cookies,
    // Nobody to hash in what is refused: it is written at once.
    sessionId: () => {
      sessionId ??= sessionCookie.open(cookies, env, (why) => void audit.tell("seal-refused", { why }));
      return sessionId;
    },
  };
}

/** The session ID of the visit's cookie, `null` without a seal of ours. No request to Redis. */
export function sessionIdOf({ sessionId }: Visit): Promise<SessionId | null> {
  return sessionId();
}

/**
 * Reads the visit's session: one request to Redis with a cookie of ours, else none. What a browser asks for ahead of time,
 * perhaps for nobody, only peeks.
 *
 * @throws StoreUnavailable
 */
export async function readSession(visit: Visit, clock: "slide" | "peek"): Promise<LiveSession | NoSession> {
  const id = await sessionIdOf(visit);
  if (!id) return absent;
  return clock === "slide" && !isPrefetch(visit.headers) ? visit.sessions.open(id) : visit.sessions.peek(id);
}

/** `prefetch` or `prefetch;prerender` (https://html.spec.whatwg.org/#the-sec-purpose-http-request-header), or its forerunner. */
function isPrefetch(headers: Headers): boolean {
  return [headers.get("sec-purpose"), headers.get("purpose")].some((word) => word?.startsWith("prefetch"));
}

/** The `Set-Cookie` that hands a session which has just got its ID to the browser, for as long as it may live. */
export function cookieOf({ env, site }: Visit, { id, session, nowMs }: LiveSession): Promise<string> {
  return sessionCookie.setCookie(id, { env, secure: site.secure, leftMs: session.expiresAt - nowMs });
}

/** The `Set-Cookie` that takes the session away from the browser. */
export function clearedCookieOf({ env, site }: Visit): string {
  return sessionCookie.emptied({ env, secure: site.secure });
}
