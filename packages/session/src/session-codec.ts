import { type Session, type SessionDraft, sessionSchema } from "../../../lib/session-definition.ts";
import { type Migrations, SESSION_VERSION, sessionMigrations } from "../../../lib/session-migrations.ts";
import { parseRequests, type RememberedRequest } from "./session-requests.ts";

/** The most bytes of JSON a session may take in Redis. */
export const MAX_SESSION_BYTES = 8 * 1024;

/** The session would not fit into {@link MAX_SESSION_BYTES}. */
export class SessionTooLarge extends Error {
  override readonly name = "SessionTooLarge";
  constructor() {
    super(`A session holds at most ${MAX_SESSION_BYTES} bytes.`);
  }
}

type Json = Record<string, unknown>;

/**
 * The value of a session's key is one JSON object: a head that the scripts in Redis read and write, in a fixed
 * order, and a body that they never touch (`packages/session/src/redis/scripts.ts`):
 *
 *     {"v":2,"revision":3,"createdAt":1764…,"expiresAt":1765…,"idleSeconds":1800,            the head
 *      "user":null,"profile":{…},"cart":{"lines":[…]},"views":[],"servedBy":"a","device":"…","writes":["…"],
 *      "keys":[["…","…",1764…]]}                                                               the body
 */
export interface SessionCodec {
  /** Without the requests, where the session does not fit with them. @throws SessionTooLarge */
  encode(
    session: Session | SessionDraft,
    writes: readonly string[],
    requests?: readonly RememberedRequest[],
  ): EncodedSession;
  /** The session in this text, `null` when it is corrupt or foreign. Older versions are migrated, unknown fields kept. */
  decode(text: string): StoredSession | null;
}

export interface EncodedSession {
  readonly v: number;
  readonly idleSeconds: number;
  /** From after the head's last comma to the closing brace. */
  readonly body: string;
}

export interface StoredSession {
  readonly session: Session;
  /** The last write of each process that changed the session lately: how a retry knows its own success. */
  readonly writes: readonly string[];
  /** The requests that changed it lately, the field `keys`: how a repetition is known. */
  readonly requests: readonly RememberedRequest[];
}

/** The head takes about 120 bytes, and its numbers grow slowly: what the body must leave free. */
const HEAD_BYTES = 160;

export function createSessionCodec(version: number, migrations: Migrations): SessionCodec {
  return {
    encode(session, writes, requests = []) {
      const { v, revision, createdAt, expiresAt, idleSeconds, ...content }: Partial<Session> = session;
      const bare = JSON.stringify({ ...content, writes }).slice(1);
      const whole =
        requests.length > 0 ? JSON.stringify({ ...content, writes, keys: requests }).slice(1) : bare;
      const body = fits(whole) ? whole : bare;
      if (!fits(body)) throw new SessionTooLarge();
      // A session of a newer build keeps its version: this build kept all its fields, too.
      return { v: v ?? version, idleSeconds: session.idleSeconds, body };
    },
    decode(text) {
      const parsed = sessionSchema.safeParse(readJson(text, version, migrations));
      if (!parsed.success) return null;
      const { writes, keys, ...session } = parsed.data;
      return {
        session,
        writes: Array.isArray(writes) ? writes.filter((each) => typeof each === "string") : [],
        requests: parseRequests(keys),
      };
    },
  };
}

function fits(body: string): boolean {
  return new TextEncoder().encode(body).length <= MAX_SESSION_BYTES - HEAD_BYTES;
}

/** The codec of this build. */
export const sessionCodec = createSessionCodec(SESSION_VERSION, sessionMigrations);

/** The value in this text as one of this version. A corrupt one may make a migration throw: `null`, too. */
function readJson(text: string, version: number, migrations: Migrations): Json | null {
  try {
    return migrate(parseJson(text), version, migrations);
  } catch {
    return null;
  }
}

function migrate(value: Json | null, version: number, migrations: Migrations): Json | null {
  let current = value;
  while (current && typeof current.v === "number" && current.v < version) {
    const next: Json | undefined = migrations[current.v]?.(current);
    if (!next) return null;
    current = { ...next, v: current.v + 1 };
  }
  return current && typeof current.v === "number" ? current : null;
}

function parseJson(text: string): Json | null {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}
