import { Problem } from "@carryover/session/internal/next/problem";
import { clientAddress } from "@carryover/session/internal/next/site";
import { countSignInAttempt } from "@/lib/redis/sign-in-limit";
import { readShopEnv } from "@/lib/shop-env";
import type { Visit } from "@/lib/visit";

/** Counts the attempt; one request to Redis. @throws Problem `slow-down` beyond the limits */
export async function limitSignIn(visit: Visit, accountName: string): Promise<void> {
  const { redis, keys, headers, audit } = visit;
  const attempt = { accountName, address: clientAddress(headers) };
  const retryAfterSeconds = await countSignInAttempt(
    { redis, keys, limit: readShopEnv().signInLimit },
    attempt,
  );
  if (retryAfterSeconds === 0) return;
  await audit.tell("limit-hit", {}, { accountName });
  throw new Problem("slow-down", { retryAfterSeconds });
}
