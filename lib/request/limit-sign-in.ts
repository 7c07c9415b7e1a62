import { countSignInAttempt } from "@/lib/redis/sign-in-limit";
import { Problem } from "./problem";
import { clientAddress } from "./site";
import type { Visit } from "./visit";

/** Counts the attempt; one request to Redis. @throws Problem `slow-down` beyond the limits */
export async function limitSignIn(visit: Visit, accountName: string): Promise<void> {
  const { redis, keys, env, headers, audit } = visit;
  const attempt = { accountName, address: clientAddress(headers, env) };
  const retryAfterSeconds = await countSignInAttempt({ redis, keys, limit: env.signInLimit }, attempt);
  if (retryAfterSeconds === 0) return;
  await audit.tell("limit-hit", {}, { accountName });
  throw new Problem("slow-down", { retryAfterSeconds });
}
