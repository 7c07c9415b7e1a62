import { guestAt } from "@/deploy/check/visitor";
import { askRedis } from "@/local-cloud/redis/ask-redis";
import { readRedisNumbers } from "@/local-cloud/redis/redis-numbers";

export type SessionBytes = { readonly sessions: number; readonly bytesEach: number };

const SESSIONS = 1_000;
const AT_ONCE = 4;
const ASK_LIMIT_MS = 5_000;

/** What Redis needs for a guest with two lines in the cart, in all: the session, the list of the user's sessions, their TTLs. */
export async function sessionBytes(origin: string, redisUrl: string): Promise<SessionBytes> {
  await askRedis(redisUrl, "FLUSHALL");
  await addGuest(origin); // What a first one brings along, such as the scripts, is nobody's.
  const before = await memoryBytes(redisUrl);
  let begun = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (begun < SESSIONS) {
        begun += 1;
        await addGuest(origin);
      }
    }),
  );
  return { sessions: begun, bytesEach: ((await memoryBytes(redisUrl)) - before) / begun };
}

async function addGuest(origin: string): Promise<void> {
  const visitor = await guestAt(origin);
  for (const sku of ["tote", "lantern"]) await visitor.send("/api/cart/add", { sku });
}

async function memoryBytes(redisUrl: string): Promise<number> {
  const numbers = await readRedisNumbers(redisUrl, ASK_LIMIT_MS);
  if (!numbers) throw new Error("Redis does not say how much memory it uses.");
  return numbers.memoryBytes;
}
