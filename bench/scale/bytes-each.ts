import { table } from "@/deploy/table";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { readRedisNumbers } from "@/local-cloud/redis/redis-numbers";
import { redisOfItsOwn } from "./redis-of-its-own";
import {
  type Commands,
  connectRedisSession,
  draw,
  hashSession,
  ourList,
  ourSession,
} from "./session-template";

const ASK_LIMIT_MS = 5_000;

const kinds: Readonly<Record<string, (now: number) => Commands>> = {
  Carryover: (now) => [ourSession(draw(now)).set],
  "Carryover, with its user's list": (now) => {
    const drawn = draw(now);
    const { id, set } = ourSession(drawn);
    return [set, ...ourList(drawn, id)];
  },
  "connect-redis": (now) => connectRedisSession(draw(now)),
  "a hash, as in the guides": (now) => hashSession(draw(now)),
};

/** Bytes of Redis' memory for a session, in all, by the kind of store. */
export async function measureBytes(spawn: Spawn, sessions: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const [kind, make] of Object.entries(kinds)) {
    const redis = await redisOfItsOwn(spawn, "bytes");
    const memory = async () =>
      (await readRedisNumbers(redis.server.url, ASK_LIMIT_MS))?.memoryBytes ?? Number.NaN;
    const before = await memory();
    await redis.fill(sessions, () => make(Date.now()));
    found[kind] = Math.round(((await memory()) - before) / sessions);
    await redis.close();
  }
  return found;
}

export function bytesTable(bytes: Readonly<Record<string, number>>): string {
  return table(
    ["a session of the same data", "bytes in Redis"],
    Object.entries(bytes).map(([kind, each]) => [kind, `${each}`]),
  );
}
