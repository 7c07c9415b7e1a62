import { z } from "zod";
import { logEvent } from "@/lib/log";
import type { Session, SessionDraft } from "@/lib/session/session";
import { type SessionCodec, type StoredSession, sessionCodec } from "@/lib/session/session-codec";
import { createSessionId, type SessionId } from "@/lib/session/session-id";
import {
  absent,
  ended,
  type LiveSession,
  type NoSession,
  SessionBusy,
  type SessionStore,
  StoreUnavailable,
} from "@/lib/session/session-store";
import type { RedisWithin } from "./client";
import type { RedisKeys } from "./keys";
import { beginScript, endScript, readScript, saveScript } from "./scripts";
import { createWriteToken, rememberWrite } from "./write-token";

/** How long an ended session is known to have ended. */
export const TOMBSTONE_MS = 60_000;
/** How often a change meets a faster writer before it gives up. */
const MAX_ATTEMPTS = 8;

interface Options {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly lifetimeSeconds: number;
  readonly codec?: SessionCodec;
}

const count = z.number();
const reading = [z.string(), count, count] as const;
const noReply = z.tuple([z.enum(["ended", "absent"])]);
const readReply = z.union([
  z.tuple([z.literal("live"), ...reading]),
  noReply,
  z.tuple([z.literal("unreadable")]),
]);
const beginReply = z.union([z.tuple([z.literal("live"), count, count, count, count, count]), noReply]);
const conflict = z.tuple([z.literal("conflict"), ...reading]);
const saveReply = z.union([z.tuple([z.literal("saved"), count, count, count]), conflict, noReply]);
const endReply = z.union([z.tuple([z.literal("ended-now")]), conflict, noReply]);

/** A session with the writes that its value remembers. */
interface StoredLive extends LiveSession {
  readonly writes: readonly string[];
}

/** Sessions in Redis over REST: one script a step (`scripts.ts`). Contract: {@link SessionStore}. */
export function redisSessionStore({
  redis,
  keys,
  lifetimeSeconds,
  codec = sessionCodec,
}: Options): SessionStore {
  async function evaluate<T>(step: Step<T>): Promise<T> {
    const { operation, script, id, args, reply } = step;
    const answer: unknown = await redis.run(operation, (client) =>
      client.eval(script, [keys.session(id)], args),
    );
    const parsed = reply.safeParse(answer);
    if (!parsed.success) throw new StoreUnavailable(operation, "unexpected reply");
    return parsed.data;
  }

  async function read(id: SessionId, clock: "slide" | "peek"): Promise<StoredLive | NoSession> {
    const operation = clock === "slide" ? "open" : "peek";
    const reply = await evaluate({ operation, script: readScript, id, args: [clock], reply: readReply });
    if (reply[0] === "live") return decoded(id, reply);
    if (reply[0] === "ended") return ended;
    if (reply[0] === "unreadable") logUnreadable();
    return absent;
  }

  function decoded(id: SessionId, [, text, ttlMs, nowMs]: Reading): StoredLive | NoSession {
    const stored: StoredSession | null = codec.decode(text);
    if (stored) return { state: "live", id, ...stored, ttlMs, nowMs };
    logUnreadable();
    return absent;
  }

  async function begin(draft: SessionDraft): Promise<LiveSession> {
    const id = createSessionId();
    const token = createWriteToken();
    const { v, idleSeconds, body } = codec.encode(draft, [token]);
    const args = [token, String(v), String(idleSeconds), String(lifetimeSeconds), body];
    const reply = await evaluate({ operation: "begin", script: beginScript, id, args, reply: beginReply });
    if (reply[0] !== "live") throw new StoreUnavailable("begin", "the ID is taken");
    const [, revision, createdAt, expiresAt, ttlMs, nowMs] = reply;
    return { state: "live", id, session: { ...draft, v, revision, createdAt, expiresAt }, ttlMs, nowMs };
  }

  async function save(seen: StoredLive, session: Session): Promise<Saved> {
    const { id } = seen;
    const token = createWriteToken();
    const { v, idleSeconds, body } = codec.encode(session, rememberWrite(seen.writes, token));
    const args = [token, String(seen.session.revision), String(v), String(idleSeconds), body];
    const reply = await evaluate({ operation: "update", script: saveScript, id, args, reply: saveReply });
    if (reply[0] === "conflict") return { done: false, now: decoded(id, reply) };
    if (reply[0] !== "saved") return { done: true, now: { state: reply[0] } };
    const [, revision, ttlMs, nowMs] = reply;
    return { done: true, now: { state: "live", id, session: { ...session, revision }, ttlMs, nowMs } };
  }

  async function update(
    id: SessionId,
    change: (session: Session) => Session,
  ): Promise<LiveSession | NoSession> {
    let seen = await read(id, "peek");
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (seen.state !== "live") return seen;
      const saved = await save(seen, change(seen.session));
      if (saved.done) return saved.now;
      seen = saved.now;
    }
    throw new SessionBusy();
  }

  async function claim(id: SessionId, revision: number | null): Promise<EndReply> {
    const args = [createWriteToken(), revision === null ? "" : String(revision), String(TOMBSTONE_MS)];
    return evaluate({ operation: "end", script: endScript, id, args, reply: endReply });
  }

  async function rotate(
    old: LiveSession,
    draft: (old: Session) => SessionDraft,
  ): Promise<LiveSession | NoSession> {
    let seen: LiveSession = old;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const fresh = await begin(draft(seen.session));
      const claimed = await claim(old.id, seen.session.revision);
      // The old session's idle clock may run out between the two steps: nobody else has claimed it then.
      if (claimed[0] === "ended-now" || claimed[0] === "absent") return fresh;
      await claim(fresh.id, null);
      const now = claimed[0] === "conflict" ? decoded(old.id, claimed) : ended;
      if (now.state !== "live") return ended;
      seen = now;
    }
    throw new SessionBusy();
  }

  return {
    open: async (id) => withoutWrites(await read(id, "slide")),
    peek: async (id) => withoutWrites(await read(id, "peek")),
    begin,
    update,
    rotate,
    end: async (id) => (await claim(id, null))[0] === "ended-now",
  };
}

interface Step<T> {
  readonly operation: string;
  readonly script: string;
  readonly id: SessionId;
  readonly args: string[];
  readonly reply: z.ZodType<T>;
}

type Reading = readonly [word: string, value: string, ttlMs: number, nowMs: number];
type EndReply = z.infer<typeof endReply>;

/** `done`: the session as it is now. Not done: a faster writer's session, to try again on. */
type Saved =
  | { readonly done: true; readonly now: LiveSession | NoSession }
  | { readonly done: false; readonly now: StoredLive | NoSession };

function withoutWrites(found: StoredLive | NoSession): LiveSession | NoSession {
  if (found.state !== "live") return found;
  const { writes: _, ...live } = found;
  return live;
}

let unreadableLogged = false;

// Once a process: a broken build would otherwise log every visit.
function logUnreadable(): void {
  if (!unreadableLogged) logEvent("session-unreadable");
  unreadableLogged = true;
}
