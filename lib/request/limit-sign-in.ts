import { takeToken } from "@/lib/redis/rate-limit";
import { Problem } from "./problem";
import { clientAddress } from "./site";
import type { Visit } from "./visit";

/** One address may be an office or a family: it has this many times the attempts of one account. */
const ADDRESS_FACTOR = 10;

/** Enough for whoever mistypes, and too few to guess with a stolen session. */
const CONFIRMATIONS_PER_MINUTE = 10;

/**
 * Counts an attempt to sign in, for the account and for the address. One request to Redis, shared with what is asked in the
 * same tick.
 *
 * @throws Problem `slow-down` beyond one of the limits
 */
export async function limitSignIn(visit: Visit, accountName: string): Promise<void> {
  const { redis, keys, env, headers } = visit;
  const perMinute = env.signInLimit;
  const waits = await Promise.all([
    takeToken(redis, { key: keys.limit("sign-in-name", accountName), perMinute }),
    takeToken(redis, {
      key: keys.limit("sign-in-address", clientAddress(headers, env)),
      perMinute: perMinute * ADDRESS_FACTOR,
    }),
  ]);
  await refuseBeyond(visit, Math.max(...waits), accountName);
}

/**
 * Counts an attempt to confirm something by password in a session. It has a bucket of its own: wrong passwords at the
 * log-in do not keep the account's owner from ending sessions. One request to Redis, shared as above.
 *
 * @param handle of the session: no key but its own holds its ID
 * @throws Problem `slow-down`
 */
export async function limitConfirmation(visit: Visit, handle: string, accountName: string): Promise<void> {
  const { redis, keys } = visit;
  const bucket = { key: keys.limit("confirm", handle), perMinute: CONFIRMATIONS_PER_MINUTE };
  await refuseBeyond(visit, await takeToken(redis, bucket), accountName);
}

async function refuseBeyond({ audit }: Visit, retryAfterSeconds: number, accountName: string): Promise<void> {
  if (retryAfterSeconds === 0) return;
  await audit.tell("limit-hit", {}, { accountName });
  throw new Problem("slow-down", { retryAfterSeconds });
}
