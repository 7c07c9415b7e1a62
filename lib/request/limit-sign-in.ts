import { countSignInAttempt } from "@/lib/redis/sign-in-limit";
import { Problem } from "./problem";
import { clientAddress } from "./site";
import type { Visit } from "./visit";

/** Counts the attempt; one request to Redis. @throws Problem `slow-down` beyond the limits */
export async function limitSignIn({ redis, keys, env, headers }: Visit, accountName: string): Promise<void> {
  const attempt = { accountName, address: clientAddress(headers) };
  const retryAfterSeconds = await countSignInAttempt({ redis, keys, limit: env.signInLimit }, attempt);
  if (retryAfterSeconds > 0) throw new Problem("slow-down", { retryAfterSeconds });
}
