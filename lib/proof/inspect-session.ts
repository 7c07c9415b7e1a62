import { instanceName, sessionCookie, snapshotOf, startedAt } from "@carryover/session/next";
import type { InspectedSession } from "@carryover/session/redis";
import type { ShopContext } from "@/lib/session";
import type { SessionData } from "@/lib/session-definition";
import { type SessionView, sessionView } from "@/lib/session-view";
import { readShopEnv, type ShopEnv } from "@/lib/shop-env";

/** The session as it lies on both sides, for its owner: no character of its ID, and of the seal only how all begin. */
export interface SessionInspection {
  readonly servedBy: string;
  readonly startedAt: string;
  /** Whether this server has never answered this question before. */
  readonly isCold: boolean;
  readonly host: ShopEnv["host"];
  /** `none`: the browser carries no seal of ours. */
  readonly state: "none" | "live" | "absent" | "ended";
  readonly browser: { readonly cookie: CookieView } | null;
  readonly redis: KeyView | null;
  readonly session: SessionView | null;
}

interface CookieView {
  readonly name: string;
  readonly attributes: readonly string[];
  /** Of the name and the value. */
  readonly bytes: number;
  readonly seal: string;
}

interface KeyView {
  readonly key: string;
  /** The JSON, exactly as it is kept. */
  readonly text: string;
  readonly revision: number;
  readonly ttlMs: number;
  readonly idleSeconds: number;
  readonly lifetimeLeftMs: number;
  readonly lifetimeSeconds: number;
}

let isCold = true;

/** Inspects the session without renewing its idle timeout: one request to Redis with a seal of ours, else none. @throws StoreUnavailable */
export async function inspectSession(context: ShopContext): Promise<SessionInspection> {
  const wasCold = isCold;
  isCold = false;
  const server = {
    servedBy: instanceName(),
    startedAt: startedAt(),
    isCold: wasCold,
    host: readShopEnv().host,
  };
  const id = await context.sessionId();
  if (!id) return { ...server, state: "none", browser: null, redis: null, session: null };
  const found = await context.sessions.inspect(id);
  const nothing = { browser: { cookie: viewCookie(context, null) }, redis: null, session: null };
  if (found.state !== "live") return { ...server, state: found.state, ...nothing };
  return {
    ...server,
    state: "live",
    browser: { cookie: viewCookie(context, found) },
    redis: viewKey(context, found),
    session: sessionView(await snapshotOf(found)),
  };
}

function viewCookie(
  { env, site, cookies }: ShopContext,
  found: InspectedSession<SessionData> | null,
): CookieView {
  const scope = { env, secure: site.secure };
  const name = sessionCookie.name(scope);
  const lifetimeSeconds = found && lifetimeSecondsOf(found);
  const attributes = sessionCookie.attributes(scope, lifetimeSeconds ?? 0);
  return {
    name,
    // The lifetime of a session that has ended is not known.
    attributes: attributes.filter((each) => found !== null || !each.startsWith("Max-Age")),
    bytes: name.length + 1 + (cookies[0]?.length ?? 0),
    seal: "Fe26.2",
  };
}

function viewKey({ keys }: ShopContext, found: InspectedSession<SessionData>): KeyView {
  const { id, session, text, ttlMs, nowMs } = found;
  return {
    key: keys.session(id).replace(id, "•".repeat(id.length)),
    text,
    revision: session.revision,
    ttlMs,
    idleSeconds: session.idleSeconds,
    lifetimeLeftMs: session.expiresAt - nowMs,
    lifetimeSeconds: lifetimeSecondsOf(found),
  };
}

function lifetimeSecondsOf({ session }: InspectedSession<SessionData>): number {
  return Math.round((session.expiresAt - session.createdAt) / 1000);
}
