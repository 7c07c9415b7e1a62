import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poll } from "../processes/poll";
import { type ProcessReaper, startProcessReaper } from "../processes/process-reaper";
import { askRedis } from "./ask-redis";
import { findRedis } from "./find-redis";
import { type RedisCluster, startRedisCluster } from "./redis-cluster";

let dataDir: string;
let reaper: ProcessReaper;
let cluster: RedisCluster;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "redis-cluster-test-"));
  reaper = await startProcessReaper(dataDir);
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  cluster = await startRedisCluster({ binary, dataDir, appendOnly: true, spawn: reaper.spawn });
});
afterAll(async () => {
  await cluster.stop();
  await reaper.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("keys are shared out over three primaries, each of which sends strangers on", async () => {
  const owners = new Set();
  for (const key of ["a", "b", "c", "d", "e", "f"]) {
    const owner = await cluster.primaryOf(key);
    owners.add(owner);
    expect(await askRedis(owner.url, "SET", key, key)).toBe("OK");
    const other = cluster.servers.find((server) => server !== owner);
    await expect(askRedis(other?.url ?? "", "SET", key, key)).rejects.toThrow("MOVED");
  }
  expect(owners.size).toBe(3);
});

test("with a primary dead its replica takes over with its data, and the dead one comes back as a replica", async () => {
  const before = await cluster.primaryOf("k");
  await askRedis(before.url, "SET", "k", "v");
  expect(await cluster.killPrimaryOf("k")).toBe(before);
  await cluster.healed("k");
  const after = await cluster.primaryOf("k");
  expect(after).not.toBe(before);
  expect(await askRedis(after.url, "GET", "k")).toBe("v");
  await before.start();
  await poll("the dead one to follow", async () =>
    String(await askRedis(before.url, "ROLE")).startsWith("slave"),
  );
});
