/**
 * The scripts of the index of active sessions (`active-index.ts`): one atomic step each, on one key each, so that they run on a
 * cluster. Time is Redis' own. Redis 7.0 or later.
 *
 * KEYS[1] is a shard, a hash. A field of three hex digits is a bucket: entries of 44 characters, one after the other. An entry
 * is a tag and a session ID. The tag is the character 48 + M of ASCII for a visitor's session and 80 + M for a user's, where M
 * is the minute in which it was entered, modulo 32. The fields `users` and `visitors` count the entries of each kind.
 */

/** The first tag of a user's session. */
export const FIRST_USER_TAG = "P";
/** A tag and a session ID. */
export const ENTRY_LENGTH = 44;

const minutes = `local minute = math.floor(redis.call('TIME')[1] / 60)`;

/**
 * ARGV: bucket, session ID, `users` or `visitors`, the session's longest life in milliseconds from now. Enters a session that
 * is missing. Reply: how many were entered.
 */
export const activeAddScript = `
local bucket = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if string.find(bucket, ARGV[2], 1, true) then return 0 end
${minutes}
local tag = string.char((ARGV[3] == 'users' and 80 or 48) + minute % 32)
redis.call('HSET', KEYS[1], ARGV[1], bucket .. tag .. ARGV[2])
redis.call('HINCRBY', KEYS[1], ARGV[3], 1)
-- A day more than needed, so that it is not set each time.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ARGV[4] + 86400000))
end
return 1
`;

/**
 * ARGV: `ended` or `absent`, then buckets and session IDs in turn. Removes the entries of sessions. `absent` says that no
 * session was found, and leaves what was entered in this minute or the last one: its session may be about to begin.
 * Reply: how many were removed.
 */
export const activeRemoveScript = `
${minutes}
local removed = 0
for at = 2, #ARGV, 2 do
  local bucket = redis.call('HGET', KEYS[1], ARGV[at])
  local from = bucket and string.find(bucket, ARGV[at + 1], 1, true)
  local tag = from and string.byte(bucket, from - 1)
  if tag and (ARGV[1] == 'ended' or (minute - tag + 48) % 32 > 1) then
    -- A full Redis refuses HSET as the first write of a script, and not after an HDEL.
    redis.call('HDEL', KEYS[1], ARGV[at])
    local rest = string.sub(bucket, 1, from - 2) .. string.sub(bucket, from + 43)
    if rest ~= '' then redis.call('HSET', KEYS[1], ARGV[at], rest) end
    local own, other = 'users', 'visitors'
    if tag < 80 then own, other = other, own end
    removed = removed + 1
    if redis.call('HINCRBY', KEYS[1], own, -1) == 0 and tonumber(redis.call('HGET', KEYS[1], other) or 0) == 0 then
      redis.call('DEL', KEYS[1])
    end
  end
end
return removed
`;

/**
 * KEYS[1] is a hash, what began and ended in the last hour. Its fields are a minute and a name, `29415360 begun a`.
 *
 * ARGV: names and numbers in turn. Adds them to this minute, and drops what is older than an hour.
 */
export const activityAddScript = `
${minutes}
if not redis.call('HGET', KEYS[1], minute .. ' ') then
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if tonumber(string.match(field, '^%d+')) <= minute - 60 then redis.call('HDEL', KEYS[1], field) end
  end
  redis.call('HSET', KEYS[1], minute .. ' ', '')
  redis.call('PEXPIRE', KEYS[1], 3600000)
end
for at = 1, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], minute .. ' ' .. ARGV[at], ARGV[at + 1]) end
return 'OK'
`;

/** Reply: fields and values in turn, then the present minute. */
export const activityReadScript = `
${minutes}
return { redis.call('HGETALL', KEYS[1]), minute }
`;
