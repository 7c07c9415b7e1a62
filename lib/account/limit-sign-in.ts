import { Problem } from "@carryover/session";
import { takeToken } from "@carryover/session/redis";
import type { ShopContext } from "@/lib/session";
import { readShopEnv } from "@/lib/shop-env";

/** What of a request a limit is counted by. */
type LimitContext = Pick<ShopContext, "redis" | "keys" | "clientAddress" | "audit">;

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
export async function limitSignIn(context: LimitContext, accountName: string): Promise<void> {
  const { redis, keys, clientAddress } = context;
  const perMinute = readShopEnv().signInLimit;
  const [ofAccount, ofAddress] = await Promise.all([
    takeToken(redis, { key: keys.limit("sign-in-name", accountName), perMinute }),
    takeToken(redis, {
      key: keys.limit("sign-in-address", clientAddress),
      perMinute: perMinute * ADDRESS_FACTOR,
    }),
  ]);
  const longer = ofAddress > ofAccount ? "sign-in-address" : "sign-in-name";
  await refuseBeyond(context, { limit: longer, waitSeconds: Math.max(ofAccount, ofAddress), accountName });
}

/**
 * Counts an attempt to confirm something by password in a session. It has a bucket of its own: wrong passwords at the
 * log-in do not keep the account's owner from ending sessions. One request to Redis, shared as above.
 *
 * @param handle of the session: no key but its own holds its ID
 * @throws Problem `slow-down`
 */
export async function limitConfirmation(
  context: LimitContext,
  handle: string,
  accountName: string,
): Promise<void> {
  const { redis, keys } = context;
  const bucket = { key: keys.limit("confirm", handle), perMinute: CONFIRMATIONS_PER_MINUTE };
  const waitSeconds = await takeToken(redis, bucket);
  await refuseBeyond(context, { limit: "confirm", waitSeconds, accountName });
}

interface Limited {
  /** Which one, for the audit log. */
  readonly limit: "sign-in-name" | "sign-in-address" | "confirm";
  readonly waitSeconds: number;
  readonly accountName: string;
}

async function refuseBeyond(
  { audit }: LimitContext,
  { limit, waitSeconds, accountName }: Limited,
): Promise<void> {
  if (waitSeconds === 0) return;
  await audit.record("limit-hit", { limit }, { userName: accountName });
  throw new Problem({ code: "slow-down", retryAfterSeconds: waitSeconds });
}
