import { Audit } from "../audit/audit.ts";
import { sessionCookie } from "../cookie/session-cookie.ts";
import type { SessionDefinition, SessionPages } from "../define-session.ts";
import { type Env, readEnv } from "../env.ts";
import { type RedisKeys, redisKeys } from "../redis/keys.ts";
import { redisSessionStore } from "../redis/redis-session-store.ts";
import { createSessionWriter, type SessionWriter, writerOfRequest } from "../redis/session-writer.ts";
import { type RedisWithin, redisWithin } from "../redis/transport/client.ts";
import { isRequestBound } from "../redis/transport/request-bound.ts";
import type { RequestDigest } from "../request-digest.ts";
import { createSessionCodec, type SessionCodec } from "../session-codec.ts";
import { UNKNOWN_DEVICE } from "../session-head.ts";
import type { SessionId } from "../session-id.ts";
import { absent, type LiveSession, type NoSession, type SessionStore } from "../session-store.ts";
import { tracedIfOn } from "../tracing/store-tracing.ts";
import { type Site, siteOf } from "./site.ts";

/** What the requests of a process have in common. */
export interface SessionSetup<D> {
  readonly definition: SessionDefinition<D>;
  readonly codec: SessionCodec<D>;
  readonly writer: SessionWriter<D>;
  describeDevice(headers: Headers): string;
}

interface SetupOptions {
  /**
   * The browser and the system of a request in words, such as `Firefox on Linux`, in up to 80 characters. Default: unknown.
   * An option of the handlers and not of the definition, so that the middleware does not carry it.
   */
  readonly describeDevice?: (headers: Headers) => string;
}

export function setUpSessions<D>(
  definition: SessionDefinition<D>,
  { describeDevice = () => UNKNOWN_DEVICE }: SetupOptions = {},
): SessionSetup<D> {
  return { definition, codec: createSessionCodec(definition), writer: createSessionWriter(), describeDevice };
}

/** Makes a {@link SessionVisit} of a request's headers, bound to what the app's sessions are. */
export type VisitOf<D> = (headers: Headers) => SessionVisit<D>;

/** One HTTP request, as far as it does not matter what the app keeps in its sessions. */
export interface Visit {
  readonly pages: SessionPages;
  readonly env: Env;
  readonly headers: Headers;
  readonly site: Site;
  readonly keys: RedisKeys;
  /** All stores of one visit share its one deadline. */
  readonly redis: RedisWithin;
  readonly audit: Audit;
  /** When it began, on the clock of `performance.now()`. */
  readonly startedMs: number;
  /** The raw session cookies; nothing about them is known to be true. */
  readonly cookies: readonly string[];
  /** The ID of the first cookie that opens, looked at once. */
  readonly sessionId: () => Promise<SessionId | null>;
  /** Of a change that brought an idempotency key. */
  readonly request?: RequestDigest | undefined;
}

/** One HTTP request, with the stores it may use: the one place where everything is wired together. */
export interface SessionVisit<D> extends Visit {
  readonly setup: SessionSetup<D>;
  readonly sessions: SessionStore<D>;
}

/** How long cleaning up after an outage waits for Redis, each time that it tries. */
const CLEAN_UP_MS = 2_000;

export function visitOf<D>(setup: SessionSetup<D>, headers: Headers): SessionVisit<D> {
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
    codec: setup.codec,
    writer: writerOfRequest(setup.writer),
    witness: audit,
  });
  const cookies = sessionCookie.values(headers.get("cookie"), { env, secure: site.secure });
  let sessionId: Promise<SessionId | null> | undefined;
  return {
    setup,
    pages: setup.definition.pages,
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
export async function readSession<D>(
  visit: SessionVisit<D>,
  clock: "slide" | "peek",
): Promise<LiveSession<D> | NoSession> {
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
