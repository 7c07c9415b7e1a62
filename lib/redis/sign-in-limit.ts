import { z } from "zod";
import { StoreUnavailable } from "@/lib/session/session-store";
import type { RedisWithin } from "./client";
import type { RedisKeys } from "./keys";
import { countScript } from "./scripts";

const WINDOW_MS = 60_000;
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

const counter = z.tuple([z.number(), z.number()]);
const reply = z.tuple([counter, counter]);

/**
 * Counts one attempt to sign in, for the account and for the address, on all servers together. One request.
 *
 * @returns 0 when the attempt is within both limits, else the seconds until the window ends
 * @throws StoreUnavailable when the attempt could not be counted: nobody signs in uncounted
 */
export async function countSignInAttempt({ redis, keys, limit }: Options, attempt: Attempt): Promise<number> {
  const operation = "count sign-in attempt";
  // A counter is one key of one script: the scripts of `@upstash/ratelimit` take two, which a cluster refuses.
  const answer = await redis.run<unknown>(operation, (client) => {
    const count = (key: string) => client.eval(countScript, [key], [String(WINDOW_MS)]);
    return Promise.all([
      count(keys.limit("account", attempt.accountName)),
      count(keys.limit("address", attempt.address)),
    ]);
  });
  const parsed = reply.safeParse(answer);
  if (!parsed.success) throw new StoreUnavailable(operation, "unexpected reply");
  const [account, address] = parsed.data;
  return Math.max(waitSeconds(account, limit), waitSeconds(address, limit * ADDRESS_FACTOR));
}

function waitSeconds([count, leftMs]: z.infer<typeof counter>, limit: number): number {
  return count > limit ? Math.max(1, Math.ceil(leftMs / 1000)) : 0;
}
