import { z } from "zod/mini";
import { evaluate } from "./scripts/run-script.ts";
import type { RedisWithin } from "./transport/deadline.ts";

/**
 * KEYS[1]: a token bucket. ARGV: how many tokens it holds, and gets back in a minute, one by one. Takes a token.
 * The value is the time at which the bucket is full again, in microseconds of Redis' own clock; a full one has no key.
 * Reply: 0 when a token was taken, else the milliseconds until there is one.
 *
 * Sent twice, because its reply was lost, it may take two tokens, and never none. It also runs where memory is full: `DEL`
 * is not refused there, nor is what a script writes after it. Whoever ends a session by password is not held up by that.
 */
const takeTokenScript = `
local MINUTE = 60000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
-- Rounded down: as many as the bucket holds never add up to more than a minute.
local each = math.floor(MINUTE / ARGV[1])
-- A key of another type is no bucket.
local value = redis.pcall('GET', KEYS[1])
local full_at = type(value) == 'string' and tonumber(value) or now
-- After a failover the clock may be an earlier one.
full_at = math.max(now, math.min(full_at, now + MINUTE)) + each
local wait = full_at - (now + MINUTE)
if wait > 0 then return math.ceil(wait / 1000) end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
return 0
`;

/** One limit of one client, counted for all servers together. */
export interface TokenBucket {
  readonly key: string;
  /** So many at once, then one each time that a minute's share has passed. */
  readonly perMinute: number;
}

const waitMs = z.number().check(z.minimum(0), z.maximum(60_000));

/**
 * Takes a token. One request to Redis, shared with what is asked in the same tick.
 *
 * @returns 0 where there was one, else the whole seconds until there is, 1 to 60
 * @throws StoreUnavailable when it could not be counted: nothing that is limited goes on uncounted
 */
export async function takeToken(redis: RedisWithin, { key, perMinute }: TokenBucket): Promise<number> {
  const { reply } = await evaluate(redis, {
    operation: "limit",
    script: takeTokenScript,
    key,
    args: [String(perMinute)],
    reply: waitMs,
  });
  return Math.ceil(reply / 1000);
}
