import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ProcessReaper, startProcessReaper } from "../processes/process-reaper";
import { askRedis } from "./ask-redis";
import { findRedis } from "./find-redis";
import { type ReplicatedRedis, startReplicatedRedis } from "./replicated-redis";

let dataDir: string;
let reaper: ProcessReaper;
let redis: ReplicatedRedis;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "replicated-redis-test-"));
  reaper = await startProcessReaper(dataDir);
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  redis = await startReplicatedRedis({ binary, dataDir, appendOnly: true, spawn: reaper.spawn });
});
afterEach(async () => {
  await redis.stop();
  await reaper.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("the replica has the primary's writes once it has caught up, and takes none itself", async () => {
  await askRedis(redis.primary.url, "SET", "k", "v");
  await redis.caughtUp();
  expect(await askRedis(redis.replica.url, "GET", "k")).toBe("v");
  await expect(askRedis(redis.replica.url, "SET", "k", "w")).rejects.toThrow("READONLY");
});

test("with the primary dead the replica is promoted, and the dead one comes back as its replica", async () => {
  const { primary, replica } = redis;
  await askRedis(primary.url, "SET", "k", "v");
  await redis.caughtUp();
  await primary.kill();
  await redis.promote();
  expect([redis.primary, redis.replica]).toEqual([replica, primary]);
  await askRedis(redis.primary.url, "SET", "k", "w");
  await redis.rejoin();
  expect(await askRedis(primary.url, "GET", "k")).toBe("w");
});
