import {
  type JsonObject,
  refuseReserved,
  type Session,
  type SessionDefinition,
  type SessionDraft,
  type SessionFrame,
  sessionFrame,
  validate,
} from "./define-session.ts";
import { parseRequests, type RememberedRequest } from "./idempotency.ts";

/** The most bytes of JSON a session may take in Redis. */
export const MAX_SESSION_BYTES = 8 * 1024;

/** The session would not fit into {@link MAX_SESSION_BYTES}. */
export class SessionTooLarge extends Error {
  override readonly name = "SessionTooLarge";
  constructor() {
    super(`A session holds at most ${MAX_SESSION_BYTES} bytes.`);
  }
}

/**
 * The value of a session's key is one JSON object: a head that the scripts in Redis read and write, in a fixed
 * order, and a body that they never touch (`packages/session/src/redis/scripts/lua.ts`):
 *
 *     {"v":2,"revision":3,"createdAt":1764…,"expiresAt":1765…,"idleSeconds":1800,            the head
 *      "user":null,"note":"…","servedBy":"a","device":"…","writes":["…"],
 *      "keys":[["…","…",1764…]]}                                                               the body
 *
 * A session that is not remembered says so: `"remember":false`.
 */
export interface SessionCodec<D> {
  /** Without the requests, where the session does not fit with them. @throws SessionTooLarge */
  encode(
    session: Session<D> | SessionDraft<D>,
    writes: readonly string[],
    requests?: readonly RememberedRequest[],
  ): EncodedSession;
  /**
   * The session in this text, `null` when it is corrupt or foreign. Older versions are migrated, unknown fields kept.
   */
  decode(text: string): StoredSession<D> | null;
}

export interface EncodedSession {
  readonly v: number;
  readonly idleSeconds: number;
  /** From after the head's last comma to the closing brace. */
  readonly body: string;
}

export interface StoredSession<D> {
  readonly session: Session<D>;
  /** The last write of each process that changed the session lately: how a retry knows its own success. */
  readonly writes: readonly string[];
  /** The requests that changed it lately, the field `keys`: how a repetition is known. */
  readonly requests: readonly RememberedRequest[];
}

/** The head takes about 120 bytes, and its numbers grow slowly: what the body must leave free. */
const HEAD_BYTES = 160;

type Versioned<D> = Pick<SessionDefinition<D>, "version" | "schema" | "migrations">;

export function createSessionCodec<D>(definition: Versioned<D>): SessionCodec<D> {
  const { version } = definition;
  return {
    encode(session, writes, requests = []) {
      const { v, idleSeconds, user, data, servedBy, device }: SessionDraft<D> & Partial<SessionFrame> =
        session;
      refuseReserved(data);
      const content = { user, ...data, servedBy, device, ...choiceOf(session.remember), writes };
      const bare = JSON.stringify(content).slice(1);
      const whole = requests.length > 0 ? JSON.stringify({ ...content, keys: requests }).slice(1) : bare;
      const body = fits(whole) ? whole : bare;
      if (!fits(body)) throw new SessionTooLarge();
      // A session of a newer build keeps its version: this build kept all its fields, too.
      return { v: v ?? version, idleSeconds, body };
    },
    decode(text) {
      const parsed = sessionFrame.safeParse(readJson(text));
      if (!parsed.success) return null;
      const {
        v,
        revision,
        createdAt,
        expiresAt,
        idleSeconds,
        user,
        servedBy,
        device,
        remember,
        writes,
        keys,
        ...kept
      } = parsed.data;
      const content = migrate(kept, v, definition);
      const data = content && validate(definition, content);
      if (!data) return null;
      const head = { v: Math.max(v, version), revision, createdAt, expiresAt, idleSeconds };
      return {
        // What the schema does not know stays in its place.
        session: {
          ...{ ...head, user, data: { ...content, ...data.value }, servedBy, device },
          ...choiceOf(remember),
        },
        writes: Array.isArray(writes) ? writes.filter((each) => typeof each === "string") : [],
        requests: parseRequests(keys),
      };
    },
  };
}

/** Of what is kept for the choice: sessions of earlier builds have no such field, and are remembered. */
function choiceOf(remember: unknown): { readonly remember?: false } {
  return remember === false ? { remember } : {};
}

function fits(body: string): boolean {
  return new TextEncoder().encode(body).length <= MAX_SESSION_BYTES - HEAD_BYTES;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Older data as data of this version, `null` where a step is missing. A corrupt one may make a step throw: `null`, too.
 */
function migrate<D>(
  data: JsonObject,
  from: number,
  { version, migrations }: Versioned<D>,
): JsonObject | null {
  let current = data;
  for (let at = from; at < version; at++) {
    const step = migrations[at];
    if (!step) return null;
    try {
      current = step(current);
    } catch {
      return null;
    }
    refuseReserved(current);
  }
  return current;
}
