import { join } from "node:path";
import { type RestartableGateway, startRestartableGateway } from "../gateway/restartable-gateway";
import type { Spawn } from "../processes/owned-process";
import { findRedis } from "./find-redis";
import { type RedisServer, startRedis } from "./redis-server";
import { keepServiceAddress } from "./service-address";

/** The Redis service the instances talk to, as far as it is ours. */
export type RedisService = {
  /** For the instances: where it is. Empty where the environment has said so already. */
  readonly env: Record<string, string>;
  /** One line for a person. */
  readonly description: string;
  readonly gateway?: RestartableGateway;
  readonly redis?: RedisServer;
  stop(): Promise<void>;
};

export type RedisServiceOptions = {
  /** For the private Redis' data, in a folder of its own there. */
  dataDir: string;
  /** Where a Redis is built if the system has none. */
  toolsDir: string;
  restToken: string;
  environment: Readonly<Record<string, string | undefined>>;
  spawn: Spawn;
  say: (line: string) => void;
};

/**
 * UPSTASH_REDIS_REST_URL (or the marketplaces' KV_REST_API_URL) is set: that service, and nothing is started.
 * REDIS_URL is set: the gateway before that Redis. Else a private Redis, and the gateway before it.
 */
export async function startRedisService(options: RedisServiceOptions): Promise<RedisService> {
  const { environment } = options;
  if (environment.UPSTASH_REDIS_REST_URL || environment.KV_REST_API_URL) {
    if (!(environment.UPSTASH_REDIS_REST_TOKEN || environment.KV_REST_API_TOKEN)) {
      throw new Error(
        "UPSTASH_REDIS_REST_URL is set, and UPSTASH_REDIS_REST_TOKEN is missing: set both, or neither.",
      );
    }
    return { env: {}, description: "the Redis service that the environment names", async stop() {} };
  }
  if (environment.REDIS_URL) {
    const { gateway, env, stop } = await startGateway(options, environment.REDIS_URL);
    return { env, gateway, description: "the Redis that REDIS_URL names", stop };
  }
  const { dataDir, toolsDir, say, spawn } = options;
  const binary = await findRedis({ toolsDir, say });
  const redis = await startRedis({
    binary,
    dataDir: join(dataDir, "redis"),
    appendOnly: true,
    revive: true,
    spawn,
  });
  const { gateway, env, stop } = await startGateway(options, redis.url);
  return {
    env,
    gateway,
    redis,
    description: `a private Redis on port ${redis.port}`,
    async stop() {
      await stop();
      await redis.stop();
    },
  };
}

async function startGateway({ dataDir, restToken, say }: RedisServiceOptions, redisUrl: string) {
  const gateway = await startRestartableGateway({ port: 0, token: restToken, redisUrl, say });
  const env = { UPSTASH_REDIS_REST_URL: gateway.status.url, UPSTASH_REDIS_REST_TOKEN: restToken };
  const forget = keepServiceAddress(dataDir, env);
  const stop = async () => {
    forget();
    await gateway.stop();
  };
  return { gateway, env, stop };
}
