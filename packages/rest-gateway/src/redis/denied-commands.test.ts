import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcessReaper } from "../../../../local-cloud/processes/process-reaper.ts";
import { askRedis } from "../../../../local-cloud/redis/ask-redis.ts";
import { findRedis } from "../../../../local-cloud/redis/find-redis.ts";
import { type RedisServer, startRedis } from "../../../../local-cloud/redis/redis-server.ts";
import { isDenied } from "./denied-commands.ts";

let redis: RedisServer;
let stop: () => Promise<void>;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "denied-commands-test-"));
  const reaper = await startProcessReaper(dataDir);
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  redis = await startRedis({ binary, dataDir, appendOnly: false, spawn: reaper.spawn });
  stop = async () => {
    await redis.stop();
    await reaper.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
});
afterAll(() => stop());

test.each([
  ["subscribe", "news"],
  ["Multi"],
  ["SELECT", "1"],
  ["client", "reply", "off"],
  ["BLPOP", "list", "0"],
  ["XREAD", "COUNT", "1", "block", "0", "STREAMS", "s", "$"],
  ["XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"],
  ["SCRIPT", "DEBUG", "YES"],
  ["SHUTDOWN"],
  ["config", "set", "maxmemory", "1"],
  ["REPLICAOF", "host", "6379"],
  ["SAVE"],
  ["MODULE", "LOAD", "/tmp/module.so"],
  ["COMMANDLOG", "GET", "-1", "slow"],
])("%s is denied", (...args) => {
  expect(isDenied(args)).toBe(true);
});

// Redis' C strings end at a NUL byte, so it may find a name that is not the same text.
test.each([
  ["SUBSCRIBE\0", "news"],
  ["client|reply", "off"],
  [" MULTI"],
  ["MULTI\n"],
  ["", "x"],
  ["ſelect", "1"],
  [Buffer.from("select\0"), "1"],
  [Buffer.from([0xff]), "1"],
  ["SCRIPT", "debug\0x", "YES"],
  ["XREAD", "BLOCK\0", "0", "STREAMS", "s", "$"],
  ["XREAD", Buffer.from("block\0"), "0", "STREAMS", "s", "$"],
])("%j is denied, whatever Redis makes of it", (...args) => {
  expect(isDenied(args)).toBe(true);
});

test.each([
  ["GET", "SELECT"],
  ["PUBLISH", "news", "hello"],
  ["XREAD", "STREAMS", "BLOCK", "0"],
  ["XREAD", "streams\0", "BLOCK", "0"],
  ["XREADGROUP", "GROUP", "block", "BLOCK", "STREAMS", "s", ">"],
  ["SCRIPT", "LOAD", "return 1"],
  ["FLUSHALL"],
  ["PING"],
  ["json.set", "k", "$", "1"],
  [Buffer.from("get"), "k"],
])("%j is not", (...args) => {
  expect(isDenied(args)).toBe(false);
});

test("whatever Redis says is for administrators, blocks, or is no part of a request and its reply is denied", async () => {
  // [name, arity, flags, first key, last key, step, categories, tips, key specifications, subcommands]
  const table = await askRedis(redis.url, "COMMAND");
  const rows = Array.isArray(table) ? table : [];
  expect(rows.length).toBeGreaterThan(200);
  const open = rows.flatMap((row: unknown[]) => {
    const [name, , , , , , , , , subcommands] = row;
    const parts = Array.isArray(subcommands) && subcommands.length > 0 ? subcommands : [row];
    return parts
      .filter((part: unknown[]) => /\b(admin|blocking|pubsub)\b/.test(String(part[2])))
      .map((part: unknown[]) => String(part[0]).split("|"))
      .filter((words) => !isDenied(words))
      .map((words) => words.join(" ") || String(name));
  });
  // XREAD and XREADGROUP block with an option alone; publishing and PUBSUB are a request with a reply.
  const known = /^(xread|xreadgroup|publish|spublish|pubsub .*)$/;
  expect(open.filter((command) => !known.test(command))).toEqual([]);
});
