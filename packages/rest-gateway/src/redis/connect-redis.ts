import { connectRedisCluster } from "../cluster/cluster-connection.ts";
import { connectRedisPrimary } from "./primary-connection.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { connectRedisNode } from "./redis-node.ts";
import { parseRedisUrl } from "./redis-url.ts";

/** The connection to the Redis that a URL names: see redis-url.ts. Throws where it is none. */
export function connectRedis(url: string, say: (line: string) => void): RedisConnection {
  const { kind, urls } = parseRedisUrl(url);
  if (kind === "cluster") return connectRedisCluster(urls, say);
  if (kind === "replicated") return connectRedisPrimary(urls, say);
  return connectRedisServer(urls[0], say);
}

function connectRedisServer(url: string, say: (line: string) => void): RedisConnection {
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
