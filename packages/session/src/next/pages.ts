import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { connection } from "next/server";
import { sessionCookie } from "../cookie/cookie.ts";
import { redisKeys } from "../redis/keys.ts";
import { decodeText } from "../redis/scripts/read-session.ts";
import { type CurrentSession, hasUser, type SignedInSession, snapshotAs } from "../session-snapshot.ts";
import { StoreUnavailable } from "../store.ts";
import { type HandedText, type Handover, PAGE_HEADER, SESSION_HEADER } from "./handover-sign.ts";
import { readHandover } from "./handover-verify.ts";
import { parseSameSitePath, signInPath } from "./http/origin.ts";
import { seenByProcess } from "./open-store.ts";
import type { ContextOf, SessionContext } from "./request-context.ts";
import { OpenedSession, type RequestSession } from "./request-session.ts";

/** One request, and its session, however often a page, its components and its actions ask. */
interface Opened<D> {
  readonly context: SessionContext<D>;
  readonly session: OpenedSession<D>;
  readonly handover: Handover | null;
}

type Jar = Pick<Awaited<ReturnType<typeof cookies>>, "get">;

/**
 * Sessions in Server Components, Server Actions and handlers of one's own: what the request is, `next/headers` says.
 */
export function createPages<D>(contextOf: ContextOf<D>) {
  const byRequest = new WeakMap<Headers, Opened<D>>();

  async function opened(): Promise<Opened<D>> {
    const [given, jar] = await Promise.all([headers(), cookies()]);
    const known = byRequest.get(given);
    if (known) return known;
    const context = afterAction(contextOf, given, jar);
    const handover = readHandover(given.get(SESSION_HEADER), context.cookies, context.env);
    const session = new OpenedSession(context, ({ name, value, maxAgeSeconds, path, secure }) =>
      jar.set(name, value, { maxAge: maxAgeSeconds, path, secure, httpOnly: true, sameSite: "lax" }),
    );
    if (handover) context.spentBeforeMs = handover.spentMs;
    if (handover?.state === "live") {
      const stored = decodeText(context.setup.codec, handover.text);
      session.adoptHandover(stored && snapshotAs(handover.handle, { ...handover, session: stored.session }));
      // Not awaited: a render that has to wait, if only for a moment, is twice the work. What is not remembered costs a
      // request.
      if (stored) rememberHandover(context, handover).catch(() => {});
    }
    const fresh = { context, session, handover };
    byRequest.set(given, fresh);
    return fresh;
  }

  async function currentSession(): Promise<CurrentSession<D> | null> {
    // First, or a page that is prerendered in part is rendered twice for each view, and in prefetches with a session.
    await connection();
    const { context, session, handover } = await opened();
    if (context.cookies.length === 0) return session.current;
    if (handover?.state === "unavailable")
      throw new StoreUnavailable("get", "the middleware could not reach it");
    if (handover?.state === "none") return session.current;
    await session.read();
    return session.current;
  }

  async function requireUser(page?: string): Promise<SignedInSession<D>> {
    const current = await currentSession();
    if (current && hasUser(current)) return current;
    const { context } = await opened();
    redirect(signInPath(context.pages, page ?? parseSameSitePath(context.headers.get(PAGE_HEADER))));
  }

  async function openSession(): Promise<RequestSession<D>> {
    const { session } = await opened();
    return session.read();
  }

  return { currentSession, requireUser, openSession };
}

/** What the middleware has read is what a change of the session is made on, here too. */
async function rememberHandover<D>(
  { sessionId, env }: SessionContext<D>,
  { text, ttlMs, nowMs }: HandedText,
): Promise<void> {
  const id = await sessionId();
  if (id) seenByProcess().set(redisKeys(env.sessionNamespace).session(id), { text, ttlMs, nowMs });
}

/**
 * After a Server Action the page is rendered within the same request: its headers are the old ones, its cookies are
 * not.
 */
function afterAction<D>(contextOf: ContextOf<D>, given: Headers, jar: Jar): SessionContext<D> {
  const context = contextOf(given);
  const name = sessionCookie.name({ env: context.env, secure: context.site.secure });
  const value = jar.get(name)?.value;
  if (value === undefined || context.cookies.includes(value)) return context;
  const headers = new Headers(given);
  headers.set("cookie", `${name}=${value}`);
  return contextOf(headers);
}
