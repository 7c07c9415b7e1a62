import { listAt, numberAt, oneOfAt, textAt, valueAt } from "../../_session/store/json-field";
import { type ParsedSession, parseSession } from "../../_session/store/parsed-session";

/** What the browser holds. */
export interface BrowserCookie {
  readonly name: string;
  readonly attributes: readonly string[];
  readonly bytes: number;
  /** The prefix of the seal, which is the same for all. */
  readonly seal: string;
}

/** What Redis holds. */
export interface StoredSession {
  readonly key: string;
  readonly text: string;
  readonly revision: number;
  readonly ttlMs: number;
  readonly idleMs: number;
  readonly lifetimeLeftMs: number;
  readonly lifetimeMs: number;
}

/** The session in the browser and in Redis, from `GET /api/proof`. */
export interface Inspection {
  readonly state: "none" | "live" | "absent" | "ended";
  readonly cookie: BrowserCookie | null;
  readonly stored: StoredSession | null;
  readonly session: ParsedSession | null;
  readonly server: string;
  readonly startedAt: string | null;
  readonly isCold: boolean;
}

/** `null` for what is no such answer. */
export function parseInspection(body: unknown): Inspection | null {
  const state = oneOfAt(["none", "live", "absent", "ended"], body, "state");
  const server = textAt(body, "servedBy");
  if (state === null || server === null) return null;
  return {
    state,
    cookie: readCookie(valueAt(body, "browser", "cookie")),
    stored: parseStored(valueAt(body, "redis")),
    session: parseSession(body) ?? null,
    server,
    startedAt: textAt(body, "startedAt"),
    isCold: valueAt(body, "isCold") === true,
  };
}

function readCookie(value: unknown): BrowserCookie | null {
  const name = textAt(value, "name");
  if (name === null) return null;
  return {
    name,
    attributes: listAt(value, "attributes").filter((each): each is string => typeof each === "string"),
    bytes: numberAt(value, "bytes") ?? 0,
    seal: textAt(value, "seal") ?? "",
  };
}

function parseStored(value: unknown): StoredSession | null {
  const key = textAt(value, "key");
  const text = textAt(value, "text");
  if (key === null || text === null) return null;
  return {
    key,
    text,
    revision: numberAt(value, "revision") ?? 0,
    ttlMs: numberAt(value, "ttlMs") ?? 0,
    idleMs: (numberAt(value, "idleSeconds") ?? 0) * 1000,
    lifetimeLeftMs: numberAt(value, "lifetimeLeftMs") ?? 0,
    lifetimeMs: (numberAt(value, "lifetimeSeconds") ?? 0) * 1000,
  };
}
