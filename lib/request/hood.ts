import { sessionCookie } from "@/lib/cookie/session-cookie";
import type { InspectedSession } from "@/lib/session/session-store";
import { instanceName, startedAt } from "./instance";
import { knownSession } from "./known-session";
import { type SessionView, sessionView } from "./session-view";
import { sessionIdOf, type Visit } from "./visit";

/** The session as it lies on both sides, for its owner: no character of its ID, and of the seal only how all begin. */
export interface Hood {
  readonly servedBy: string;
  readonly startedAt: string;
  /** Whether this server has never answered this question before. */
  readonly isCold: boolean;
  readonly host: Visit["env"]["host"];
  /** `none`: the browser carries no seal of ours. */
  readonly state: "none" | "live" | "absent" | "ended";
  readonly browser: { readonly cookie: HeldCookie } | null;
  readonly redis: HeldKey | null;
  readonly session: SessionView | null;
}

interface HeldCookie {
  readonly name: string;
  readonly attributes: readonly string[];
  /** Of the name and the value. */
  readonly bytes: number;
  readonly seal: string;
}

interface HeldKey {
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

/** Looks under the hood without winding the clock: one request to Redis with a seal of ours, else none. @throws StoreUnavailable */
export async function lookUnderTheHood(visit: Visit): Promise<Hood> {
  const wasCold = isCold;
  isCold = false;
  const server = { servedBy: instanceName(), startedAt: startedAt(), isCold: wasCold, host: visit.env.host };
  const id = await sessionIdOf(visit);
  if (!id) return { ...server, state: "none", browser: null, redis: null, session: null };
  const found = await visit.sessions.inspect(id);
  const nothing = { browser: { cookie: heldCookie(visit, null) }, redis: null, session: null };
  if (found.state !== "live") return { ...server, state: found.state, ...nothing };
  return {
    ...server,
    state: "live",
    browser: { cookie: heldCookie(visit, found) },
    redis: heldKey(visit, found),
    session: sessionView(await knownSession(found)),
  };
}

function heldCookie({ env, site, cookies }: Visit, found: InspectedSession | null): HeldCookie {
  const scope = { env, secure: site.secure };
  const name = sessionCookie.name(scope);
  const lifetimeSeconds = found && lifetimeSecondsOf(found);
  const attributes = sessionCookie.attributes(scope, lifetimeSeconds ?? 0);
  return {
    name,
    // Of a session that is gone nobody knows how long it was to live.
    attributes: attributes.filter((each) => found !== null || !each.startsWith("Max-Age")),
    bytes: name.length + 1 + (cookies[0]?.length ?? 0),
    seal: "Fe26.2",
  };
}

function heldKey({ keys }: Visit, found: InspectedSession): HeldKey {
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

function lifetimeSecondsOf({ session }: InspectedSession): number {
  return Math.round((session.expiresAt - session.createdAt) / 1000);
}
