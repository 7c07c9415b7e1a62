import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RestGateway, startRestGateway } from "@carryover/rest-gateway";
import { startProcessReaper } from "../processes/process-reaper";
import { findRedis } from "../redis/find-redis";
import { type RedisCluster, startRedisCluster } from "../redis/redis-cluster";
import { type RedisServer, type RedisServerOptions, startRedis } from "../redis/redis-server";
import { type ReplicatedRedis, startReplicatedRedis } from "../redis/replicated-redis";

/** A Redis of whatever kind behind a gateway, for tests. */
export type TestGateway<Redis extends Stoppable = RedisServer> = {
  url: string;
  token: string;
  redis: Redis;
  gateway: RestGateway;
  /** Ends both and removes their data. */
  stop(): Promise<void>;
};

type Stoppable = { readonly url: string; stop(): Promise<void> };

/**
 * For tests: an empty Redis of their own behind a gateway of their own, on free ports. A test run that is interrupted
 * leaves no Redis behind.
 */
export function startTestGateway(): Promise<TestGateway> {
  return startBefore(startRedis);
}

/** Likewise before a primary and its replica. */
export function startTestReplicatedGateway(): Promise<TestGateway<ReplicatedRedis>> {
  return startBefore(startReplicatedRedis);
}

/** Likewise before a cluster of three primaries and their replicas. */
export function startTestClusterGateway(): Promise<TestGateway<RedisCluster>> {
  return startBefore(startRedisCluster);
}

async function startBefore<Redis extends Stoppable>(
  start: (options: RedisServerOptions) => Promise<Redis>,
): Promise<TestGateway<Redis>> {
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  const dataDir = mkdtempSync(join(tmpdir(), "carryover-redis-"));
  const reaper = await startProcessReaper(dataDir);
  const redis = await start({ binary, dataDir, appendOnly: true, spawn: reaper.spawn });
  const token = randomBytes(16).toString("hex");
  const gateway = await startRestGateway({ port: 0, token, redisUrl: redis.url });
  return {
    url: gateway.url,
    token,
    redis,
    gateway,
    async stop() {
      await gateway.close();
      // The reaper ends all servers, at once and in whatever state they are.
      await reaper.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
