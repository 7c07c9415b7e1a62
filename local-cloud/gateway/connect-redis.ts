import type { RedisConnection } from "./redis-connection";
import { connectRedisNode } from "./redis-node";

/** The connection to the Redis that a URL names: `redis://` or `rediss://`. */
export function connectRedis(url: string, say: (line: string) => void): RedisConnection {
  let wasLost = false;
  return connectRedisNode(url, {
    onReady() {
      if (wasLost) say("Redis is back.");
    },
    onLost(why) {
      wasLost = true;
      say(`Redis cannot be reached (${why}); trying again.`);
    },
  });
}
