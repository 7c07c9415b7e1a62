import { Ratelimit } from "@upstash/ratelimit";
import type { RedisWithin } from "./client";
import type { RedisKeys } from "./keys";

const WINDOW = "60 s";
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

/**
 * Counts one attempt to sign in, for the account and for the address, on all servers together.
 *
 * @returns 0 when the attempt is within both limits, else the seconds until the window ends
 * @throws StoreUnavailable when the attempt could not be counted: nobody signs in uncounted
 */
export async function countSignInAttempt({ redis, keys, limit }: Options, attempt: Attempt): Promise<number> {
  const answers = await redis.run("count sign-in attempt", (client) => {
    // A fixed window is one key a counter, which a cluster can serve; the library's own timeout would let everyone in.
    const counter = (kind: "account" | "address", attempts: number) =>
      new Ratelimit({
        redis: client,
        limiter: Ratelimit.fixedWindow(attempts, WINDOW),
        prefix: keys.limit(kind),
        timeout: 0,
        ephemeralCache: false,
        analytics: false,
      });
    return Promise.all([
      counter("account", limit).limit(attempt.accountName),
      counter("address", limit * ADDRESS_FACTOR).limit(attempt.address),
    ]);
  });
  const refused = answers.filter((answer) => !answer.success);
  return Math.max(0, ...refused.map((answer) => Math.max(1, Math.ceil((answer.reset - Date.now()) / 1000))));
}
