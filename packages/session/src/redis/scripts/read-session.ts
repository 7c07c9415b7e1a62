import { z } from "zod/mini";
import type { SessionCodec, StoredSession } from "../../codec.ts";
import { logEventOnce, processState } from "../../process-state.ts";
import { parseSessionId, type SessionId } from "../../session-id.ts";
import {
  absent,
  type EndedSession,
  ended,
  type LiveSession,
  type NoSession,
  type SessionEvents,
} from "../../store.ts";
import type { RedisKeys } from "../keys.ts";
import type { SeenSession, SeenSessions } from "../seen-sessions.ts";
import type { RedisWithin } from "../transport/deadline.ts";
import type { StoredLive } from "../update-queue.ts";
import { evaluate } from "./run-script.ts";

// How a session is read. A middleware loads this and nothing of what begins, changes or ends a session.

/** What the session scripts have in common. */
export const prelude = `
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The value of a string key, false for none and for a key of another type; other errors go to the caller.
local function read_value(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' and string.find(value.err or '', 'WRONGTYPE', 1, true) then return false end
  return value
end

-- The head of a session's value as text, nil for a tombstone and for what is not a session.
local function head_of(value)
  local v, revision, created, expires, idle = string.match(value,
    '^{"v":(%d+),"revision":(%d+),"createdAt":(%d+),"expiresAt":(%d+),"idleSeconds":(%d+),')
  -- More digits than a time has: no TTL could be made of them.
  if not v or #expires > 15 or #idle > 9 then return nil end
  return { v = v, revision = revision, created = created, expires = expires, idle = idle }
end

local function with_head(head, body)
  return '{"v":' .. head.v .. ',"revision":' .. head.revision .. ',"createdAt":' .. head.created ..
    ',"expiresAt":' .. head.expires .. ',"idleSeconds":' .. head.idle .. ',' .. body
end

-- Both timeouts in one number: milliseconds to the nearer of the idle and the absolute one.
local function ttl_ms(head, now)
  return math.min(head.idle * 1000, head.expires - now)
end

local function integer(number) return string.format('%.0f', number) end

local function is_tombstone(value) return string.sub(value, 1, 10) == '{"ended":"' end
`;

/**
 * ARGV: `renew` or `peek`. Reads a session; `renew` starts its idle timeout again.
 * Replies: `["live", value, ttlMs, nowMs]`, `["ended", tombstone]`, `["absent"]`, `["unreadable"]`.
 */
export const readScript = `${prelude}
local value = read_value(KEYS[1])
if not value then return { redis.call('EXISTS', KEYS[1]) == 1 and 'unreadable' or 'absent' } end
if type(value) == 'table' then return value end
local head = head_of(value)
if not head then
  if is_tombstone(value) then return { 'ended', value } end
  return { 'unreadable' }
end
local now = now_ms()
local ttl = ttl_ms(head, now)
if ttl < 1 then return { 'absent' } end
if ARGV[1] == 'renew' then
  redis.call('PEXPIRE', KEYS[1], integer(ttl))
else
  local left = redis.call('PTTL', KEYS[1])
  if left >= 0 then ttl = math.min(ttl, left) end
end
return { 'live', value, ttl, now }
`;

const tombstone = z.looseObject({ successor: z.optional(z.unknown()), request: z.optional(z.unknown()) });

/** What an ended session's tombstone says. What cannot be read says nothing more. */
export function parseTombstone(text: string): EndedSession {
  try {
    const { successor, request } = tombstone.parse(JSON.parse(text));
    const id = parseSessionId(successor);
    const [, key, content] = /^([\w-]+)\.([\w-]+)$/.exec(typeof request === "string" ? request : "") ?? [];
    return {
      state: "ended",
      ...(id && { successor: id }),
      ...(key && content && { request: { key, content } }),
    };
  } catch {
    return ended;
  }
}

interface Options<D> {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  readonly codec: SessionCodec<D>;
  /** Gets what is read. */
  readonly seen: SeenSessions;
}

const count = z.number();
const readReply = z.union([
  z.tuple([z.literal("live"), z.string(), count, count]),
  z.tuple([z.literal("ended"), z.string()]),
  z.tuple([z.enum(["absent", "unreadable"])]),
]);

/** A session that lives. Whether its text is one of this app's sessions, only {@link decodeText} says. */
export interface LiveText extends SeenSession {
  readonly state: "live";
}

export type ReadMode = "renew" | "peek";

/** Reads a session's text and no more. One request. @throws StoreUnavailable */
export async function readText(
  { redis, keys }: Pick<Options<unknown>, "redis" | "keys">,
  id: SessionId,
  mode: ReadMode,
): Promise<LiveText | NoSession> {
  const operation = mode === "renew" ? "get" : "peek";
  const step = { operation, script: readScript, key: keys.session(id), args: [mode], reply: readReply };
  const { reply } = await evaluate(redis, step);
  if (reply[0] === "live") return { state: "live", ...textIn(reply) };
  processState().knownIds.forget(id);
  if (reply[0] === "ended") return parseTombstone(reply[1]);
  if (reply[0] === "unreadable") logEventOnce("session-unreadable");
  return absent;
}

/** What a script replies with of a session that lives. */
export function textIn([, text, ttlMs, nowMs]: readonly [string, string, number, number]): SeenSession {
  return { text, ttlMs, nowMs };
}

/** The session in a text, `null` where it cannot be read as one. */
export function decodeText<D>(codec: SessionCodec<D>, text: string): StoredSession<D> | null {
  const stored = codec.decode(text);
  if (!stored) logEventOnce("session-unreadable");
  return stored;
}

/** The step that reads a session. One request. */
export function sessionReading<D>({ redis, keys, codec, seen }: Options<D>) {
  /** What cannot be read as a session is absent. */
  function decode(id: SessionId, read: SeenSession): StoredLive<D> | typeof absent {
    const stored = decodeText(codec, read.text);
    if (!stored) return absent;
    seen.set(keys.session(id), read);
    return { state: "live", id, ...stored, ...read };
  }

  async function read(id: SessionId, mode: ReadMode): Promise<StoredLive<D> | NoSession> {
    const found = await readText({ redis, keys }, id, mode);
    if (found.state === "live") return decode(id, found);
    // Of the ID itself `readText` keeps nothing.
    seen.end(keys.session(id));
    return found;
  }

  /** Nothing stays of what is not there any more. */
  function forget(id: SessionId): void {
    seen.end(keys.session(id));
    processState().knownIds.forget(id);
  }

  return { read, decode, forget };
}

export async function reportEnded(
  id: SessionId,
  found: NoSession,
  events: SessionEvents | undefined,
): Promise<NoSession> {
  if (found.state === "ended") await events?.endedPresented(id);
  return found;
}

export function withoutWrites<D>({ id, session, ttlMs, nowMs }: StoredLive<D>): LiveSession<D> {
  return { state: "live", id, session, ttlMs, nowMs };
}
