import type { RedisKeys } from "@carryover/session/internal/redis/keys";
import { parseReply } from "@carryover/session/internal/redis/parse-reply";
import type { RedisWithin } from "@carryover/session/internal/redis/transport/client";
import { Ratelimit } from "@upstash/ratelimit";
import { z } from "zod/mini";

const MINUTE_MS = 60_000;
/** One address may be an office or a family: it has this many times the attempts of one account. */
const ADDRESS_FACTOR = 10;

interface Options {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
  /** Attempts a minute for one account. */
  readonly limit: number;
}

export interface Attempt {
  readonly accountName: string;
  readonly address: string;
}

const reply = z.array(z.object({ success: z.boolean(), reset: z.int() }));

/**
 * Counts one attempt to sign in, for the account and for the address, on all servers together. One request, and one more
 * where Redis sees the library's script for the first time.
 *
 * @returns 0 when the attempt is within both limits, else the seconds until there is room again
 * @throws StoreUnavailable when the attempt could not be counted: nobody signs in uncounted
 */
export async function countSignInAttempt({ redis, keys, limit }: Options, attempt: Attempt): Promise<number> {
  const operation = "count sign-in attempt";
  const answers = await redis.run<unknown>(operation, (client) => {
    // A bucket is one key, which a cluster can serve. The library's own timeout would let everyone in, and its memory
    // would lock out what another server has let go.
    const bucket = (kind: "account" | "address", attempts: number) =>
      new Ratelimit({
        redis: client,
        // One by one, and not all at once each minute: there is no edge around which twice as many get through.
        limiter: Ratelimit.tokenBucket(1, `${Math.max(1, Math.floor(MINUTE_MS / attempts))} ms`, attempts),
        prefix: keys.limit(kind),
        timeout: 0,
        ephemeralCache: false,
        analytics: false,
      });
    return Promise.all([
      bucket("account", limit).limit(attempt.accountName),
      bucket("address", limit * ADDRESS_FACTOR).limit(attempt.address),
    ]);
  });
  const counted = parseReply(operation, reply, answers);
  return Math.max(...counted.map(({ success, reset }) => (success ? 0 : secondsUntil(reset))));
}

function secondsUntil(epochMs: number): number {
  return Math.max(1, Math.ceil((epochMs - Date.now()) / 1000));
}
