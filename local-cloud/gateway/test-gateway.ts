import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGuardian } from "../processes/guardian";
import { findRedis } from "../redis/find-redis";
import { type RedisServer, startRedis } from "../redis/redis-server";
import { type RestGateway, startRestGateway } from "./rest-gateway";

export type TestGateway = {
  url: string;
  token: string;
  redis: RedisServer;
  gateway: RestGateway;
  /** Ends both and removes their data. */
  stop(): Promise<void>;
};

/**
 * For tests: an empty Redis of their own behind a gateway of their own, on free ports. A test run that is interrupted
 * leaves no Redis behind.
 */
export async function startTestGateway(): Promise<TestGateway> {
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  const dataDir = mkdtempSync(join(tmpdir(), "carryover-redis-"));
  const guardian = await startGuardian(dataDir);
  const redis = await startRedis({ binary, dataDir, appendOnly: true, spawn: guardian.spawn });
  const token = randomBytes(16).toString("hex");
  const gateway = await startRestGateway({ port: 0, token, redisUrl: redis.url });
  return {
    url: gateway.url,
    token,
    redis,
    gateway,
    async stop() {
      await gateway.close();
      await redis.kill();
      await guardian.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
