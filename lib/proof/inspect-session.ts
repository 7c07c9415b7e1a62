import type { CurrentSession } from "@carryover/session";
import { type ShopSession, server } from "@/lib/session";
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
export async function inspectSession(session: ShopSession): Promise<SessionInspection> {
  const wasCold = isCold;
  isCold = false;
  const answering = {
    servedBy: server.name,
    startedAt: server.startedAt,
    isCold: wasCold,
    host: readShopEnv().host,
  };
  const { state, cookie, stored, current } = await session.inspect();
  return {
    ...answering,
    state,
    browser: cookie && { cookie: { ...cookie, seal: "Fe26.2" } },
    redis: stored && current && { ...stored, ...timesOf(current) },
    session: current && sessionView(current),
  };
}

function timesOf({ revision, ttlMs, nowMs, idleSeconds, createdAt, expiresAt }: CurrentSession<SessionData>) {
  const lifetimeSeconds = Math.round((expiresAt - createdAt) / 1000);
  return { revision, ttlMs, idleSeconds, lifetimeLeftMs: expiresAt - nowMs, lifetimeSeconds };
}
