import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRedis } from "./find-redis";
import { pingRedis } from "./ping-redis";
import { type RedisServer, startRedis } from "./redis-server";

let dataDir: string;
let redis: RedisServer;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "redis-server-test-"));
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  redis = await startRedis({ binary, dataDir, appendOnly: true });
});
afterEach(async () => {
  await redis.kill();
  rmSync(dataDir, { recursive: true, force: true });
});

async function ask(...command: string[]): Promise<unknown> {
  const client = await createClient({ url: redis.url, RESP: 2 })
    .on("error", () => {})
    .connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

test("it answers as soon as the start resolves", async () => {
  expect(await pingRedis(redis.port)).toBe(true);
  expect(redis.state).toBe("running");
});

test("stopped and started again it has the same port and the same data", async () => {
  const { port, pid } = redis;
  await ask("SET", "kept", "yes");
  await redis.stop();
  expect(redis.state).toBe("stopped");
  expect(await pingRedis(port)).toBe(false);
  await redis.start();
  expect(redis.port).toBe(port);
  expect(redis.pid).not.toBe(pid);
  expect(await ask("GET", "kept")).toBe("yes");
});

test("killed without a warning it keeps what it had acknowledged", async () => {
  await ask("SET", "kept", "yes");
  await redis.kill();
  await redis.start();
  expect(await ask("GET", "kept")).toBe("yes");
});

test("paused it accepts connections and answers nothing, until it is resumed", async () => {
  redis.pause();
  expect(redis.state).toBe("paused");
  expect(await pingRedis(redis.port, 200)).toBe(false);
  redis.resume();
  expect(await pingRedis(redis.port)).toBe(true);
});

test("a paused one can be stopped", async () => {
  redis.pause();
  await redis.stop();
  expect(redis.state).toBe("stopped");
});

test("a start that cannot succeed says what the server said", async () => {
  const start = startRedis({ binary: process.execPath, dataDir, appendOnly: false });
  await expect(start).rejects.toThrow("Redis ended at its start");
});

test("where that is wished it comes back by itself when somebody else ends it, but not when we do", async () => {
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  const revived = await startRedis({
    binary,
    dataDir: join(dataDir, "revived"),
    appendOnly: true,
    revive: true,
  });
  try {
    const { pid = 0, port } = revived;
    process.kill(pid, "SIGKILL");
    await expect.poll(() => revived.pid ?? pid, { timeout: 10_000 }).not.toBe(pid);
    await expect.poll(() => pingRedis(port), { timeout: 10_000 }).toBe(true);
    await revived.stop();
    expect(revived.state).toBe("stopped");
    await revived.start();
    expect(revived.state).toBe("running");
  } finally {
    await revived.kill();
  }
});
