import { prelude } from "./read-session.ts";

/**
 * The scripts that Redis runs: one atomic step each, on one key each, so that they run on a cluster too.
 * They read and write the head of a session's value and carry its body as opaque text: `cjson` would turn `[]`
 * into `{}` and round big integers. Time is Redis' own. Redis 7.0 or later.
 *
 * Every session script's KEYS[1] is the session's key. Replies begin with a word that says what happened.
 */

/**
 * ARGV: write token, version, idle seconds, body, lifetime in seconds; or, to keep the timeouts of another session, in place
 * of the lifetime its createdAt and expiresAt. Begins a session where no key is yet.
 * Replies: `["live", revision, createdAt, expiresAt, ttlMs, nowMs]`, `["ended"]` where the key is taken, or its time is over.
 */
export const createScript = `${prelude}
local now = now_ms()
local head = { v = ARGV[2], revision = '1', idle = ARGV[3] }
if ARGV[6] then
  head.created, head.expires = ARGV[5], ARGV[6]
else
  head.created, head.expires = integer(now), integer(now + ARGV[5] * 1000)
end
local ttl = ttl_ms(head, now)
if ttl < 1 then return { 'ended' } end
if not redis.call('SET', KEYS[1], with_head(head, ARGV[4]), 'PX', integer(ttl), 'NX') then
  local value = read_value(KEYS[1])
  -- Our own write, whose reply was lost.
  local ours = type(value) == 'string' and string.find(value, ARGV[1], 1, true) and head_of(value)
  if not ours then return { 'ended' } end
  head, ttl = ours, redis.call('PTTL', KEYS[1])
end
return { 'live', tonumber(head.revision), tonumber(head.created), tonumber(head.expires), ttl, now }
`;

/**
 * ARGV: write token, revision expected, version, idle seconds, body, the token of the write that the change is made on or an
 * empty text for any, Redis' time where the caller has only estimated it or an empty text. Compare-and-set on the revision and
 * that token: a failover may give one revision to two writes. An estimate that is off by a second or more is a conflict, too:
 * requests are remembered by it. The idle timeout starts again.
 * Replies: `["saved", revision, ttlMs, nowMs]`, `["conflict", value, ttlMs, nowMs]`, `["ended", tombstone]`,
 * `["absent", nowMs]`.
 */
export const saveScript = `${prelude}
local now = now_ms()
local value = read_value(KEYS[1])
if not value then return { 'absent', now } end
if type(value) == 'table' then return value end
local head = head_of(value)
if not head then
  if is_tombstone(value) then return { 'ended', value } end
  return { 'absent', now }
end
-- Our own write, whose reply was lost, perhaps with others' writes on top of it.
if string.find(value, ARGV[1], 1, true) then
  return { 'saved', tonumber(ARGV[2]) + 1, redis.call('PTTL', KEYS[1]), now }
end
local is_late = ARGV[7] ~= '' and math.abs(now - ARGV[7]) >= 1000
if head.revision ~= ARGV[2] or not string.find(value, ARGV[6], 1, true) or is_late then
  return { 'conflict', value, redis.call('PTTL', KEYS[1]), now }
end
head.v, head.revision, head.idle = ARGV[3], integer(head.revision + 1), ARGV[4]
local ttl = ttl_ms(head, now)
if ttl < 1 then return { 'absent', now } end
redis.call('SET', KEYS[1], with_head(head, ARGV[5]), 'PX', integer(ttl))
return { 'saved', tonumber(head.revision), ttl, now }
`;

/**
 * ARGV: tombstone, revision expected or an empty text for any, milliseconds that the tombstone stays, and `absent-too`
 * to put it where no key is yet, so that a begin under way finds its place taken.
 * Ends a live session: a tombstone takes its place, so that a late write finds it ended and not merely absent.
 * Replies: `["ended-now", value]` with what it ended (empty when asked twice), `["conflict", value, ttlMs, nowMs]`,
 * `["ended", tombstone]`, `["absent", nowMs]`.
 */
export const destroyScript = `${prelude}
-- A full Redis refuses SET as the first write of a script, and not after a DEL.
-- https://redis.io/docs/latest/develop/reference/eviction/
local function bury()
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
end
local value = read_value(KEYS[1])
if not value then
  if ARGV[4] == 'absent-too' and redis.call('EXISTS', KEYS[1]) == 0 then bury() end
  return { 'absent', now_ms() }
end
if type(value) == 'table' then return value end
local head = head_of(value)
if not head then
  if not is_tombstone(value) then return { 'absent', now_ms() } end
  -- Our own end, whose reply was lost: what it ended is gone.
  if value == ARGV[1] then return { 'ended-now', '' } end
  return { 'ended', value }
end
if ARGV[2] ~= '' and head.revision ~= ARGV[2] then
  return { 'conflict', value, redis.call('PTTL', KEYS[1]), now_ms() }
end
bury()
return { 'ended-now', value }
`;

/**
 * The scripts of a user's index: KEYS[1] is a sorted set of session IDs by the time when they were listed. It lives as long
 * as the longest of them may, and goes with the last. Two members are no sessions: until the time at which `closed` stands no
 * session is listed, but those that bring the version at which `least-version` stands, or a later one.
 */
const indexPrelude = `${prelude}
-- Whether a session may not be listed now. version: what it brings, an empty text for nothing.
local function is_closed(now, version)
  local closed = redis.call('ZSCORE', KEYS[1], 'closed')
  if not closed or now >= tonumber(closed) then return false end
  local least = redis.call('ZSCORE', KEYS[1], 'least-version')
  return not least or version == '' or tonumber(version) < tonumber(least)
end

local function outlast(ms)
  if redis.call('PTTL', KEYS[1]) < ms then redis.call('PEXPIRE', KEYS[1], integer(ms)) end
end

-- How many sessions are listed.
local function count()
  return redis.call('ZCARD', KEYS[1]) - (redis.call('ZSCORE', KEYS[1], 'closed') and 1 or 0) -
    (redis.call('ZSCORE', KEYS[1], 'least-version') and 1 or 0)
end
`;

/**
 * ARGV: session ID, its lifetime in milliseconds from now, the version that it brings or an empty text. Lists a session.
 * Reply: how many are listed, or `closed` where this one may not be listed now.
 */
export const indexAddScript = `${indexPrelude}
local now = now_ms()
if is_closed(now, ARGV[3]) then return 'closed' end
local closed = redis.call('ZSCORE', KEYS[1], 'closed')
if closed and now >= tonumber(closed) then redis.call('ZREM', KEYS[1], 'closed', 'least-version') end
-- To the microsecond: of two in one millisecond the first is the older one.
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], string.format('%.3f', time[1] * 1000 + time[2] / 1000), ARGV[1])
outlast(tonumber(ARGV[2]))
return count()
`;

/**
 * ARGV: session ID, when it began, its absolute end. Puts a session that lives back on a list that was lost, at the place that
 * it had. Whether one that was ended meanwhile is put back is for the caller to see: it takes it off again.
 * Reply: `listed`, `added`, or `closed` where none may be listed now.
 */
export const indexKeepScript = `${indexPrelude}
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'listed' end
local now = now_ms()
if is_closed(now, '') then return 'closed' end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
outlast(ARGV[3] - now)
return 'added'
`;

/** Reply: the IDs and the times when they were listed in turn, oldest first, then Redis' time. */
export const indexReadScript = `${prelude}
return { redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'), now_ms() }
`;

/** ARGV: session IDs. Reply: how many were listed. Of a closed list nothing stays when it opens again. */
export const indexRemoveScript = `${indexPrelude}
local removed = redis.call('ZREM', KEYS[1], unpack(ARGV))
local closed = redis.call('ZSCORE', KEYS[1], 'closed')
if closed and count() == 0 then redis.call('PEXPIREAT', KEYS[1], closed) end
return removed
`;

/**
 * ARGV: milliseconds, the least version that may be listed all the same or an empty text for none. Closes the list: for so
 * long no session is listed but those of that version or a later one. What is listed stays so until it has ended: whoever is
 * cut off after this step leaves nothing that lives and is not listed. A list that is closed to all stays so.
 * Reply: all that is listed.
 */
export const indexCloseScript = `${indexPrelude}
local now = now_ms()
local listed = redis.call('ZRANGE', KEYS[1], 0, -1)
local least = ARGV[2]
if is_closed(now, '') then
  local before = redis.call('ZSCORE', KEYS[1], 'least-version')
  if not before then least = '' end
  if least ~= '' then least = integer(math.max(tonumber(least), tonumber(before))) end
end
-- A full Redis refuses ZADD as the first write of a script.
redis.call('ZREM', KEYS[1], 'closed', 'least-version')
redis.call('ZADD', KEYS[1], integer(now + ARGV[1]), 'closed')
if least ~= '' then redis.call('ZADD', KEYS[1], least, 'least-version') end
outlast(tonumber(ARGV[1]))
return listed
`;
