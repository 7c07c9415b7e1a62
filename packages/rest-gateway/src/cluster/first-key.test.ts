import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProcessReaper } from "../../../../local-cloud/processes/process-reaper.ts";
import { askRedis } from "../../../../local-cloud/redis/ask-redis.ts";
import { findRedis } from "../../../../local-cloud/redis/find-redis.ts";
import { type RedisServer, startRedis } from "../../../../local-cloud/redis/redis-server.ts";
import { isDenied } from "../redis/denied-commands.ts";
import { firstKey } from "./first-key.ts";

let redis: RedisServer;
let stop: () => Promise<void>;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "first-key-test-"));
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

// HELP has nothing where its brothers have a key; the others are Redis' own checks of itself.
const SPECIAL = new Set(["help", "pfdebug", "pfselftest"]);

// [name, arity, flags, first key, last key, step, categories, tips, key specifications, subcommands]
type CommandEntry = { words: string[]; flags: string[]; first: number };
function readEntries(table: unknown): CommandEntry[] {
  if (!Array.isArray(table)) return [];
  return table.flatMap((row: unknown) => {
    if (!Array.isArray(row)) return [];
    const [name, , flags, first, , , , , , subcommands] = row;
    const entry = { words: String(name).split("|"), flags: String(flags).split(","), first: Number(first) };
    return [entry, ...readEntries(subcommands)];
  });
}

test("of every command with its keys in a fixed place, the first is found where Redis has it", async () => {
  const entries = readEntries(await askRedis(redis.url, "COMMAND"));
  expect(entries.length).toBeGreaterThan(200);
  const wrong = entries
    .filter(({ flags }) => !flags.includes("movablekeys"))
    .filter(({ words }) => !isDenied(words) && !SPECIAL.has(words.at(-1) ?? ""))
    .map(({ words, first }) => {
      const places = Array.from({ length: 9 }, (_, place) => `${place}`);
      const command = [...words, ...places.slice(words.length)];
      return {
        command: words.join(" "),
        expected: first > 0 ? `${first}` : undefined,
        got: firstKey(command),
      };
    })
    // A container (`OBJECT`, `XINFO`) has no key by itself: its subcommands are in the table, too.
    .filter(({ command }) => command.includes(" ") || !hasSubcommands(entries, command))
    .filter(({ expected, got }) => expected !== got);
  expect(wrong).toEqual([]);
});

const hasSubcommands = (entries: CommandEntry[], name: string) =>
  entries.some(({ words }) => words.length > 1 && words[0] === name);

test.each([
  "EVAL script 2 a b c",
  "EVALSHA sha 1 a",
  "FCALL f 1 a",
  "XREAD COUNT 1 STREAMS a b 0 0",
  "XREADGROUP GROUP g c STREAMS a >",
  "ZUNION 2 a b",
  "ZINTERCARD 1 a",
  "SINTERCARD 1 a",
  "LMPOP 2 a b LEFT",
  "ZMPOP 1 a MIN",
  "ZUNIONSTORE a 1 b",
  "SORT a STORE b",
  "GEORADIUS a 1 1 1 km STORE b",
  "MIGRATE host 1 a 0 1",
])("of %s it is the one that Redis names", async (line) => {
  const command = line.split(" ");
  const [first] = [await askRedis(redis.url, "COMMAND", "GETKEYS", ...command)].flat();
  expect(firstKey(command)).toBe(first);
});

test.each(["EVAL script 0 a", "PING", "PUBLISH news hello", "SCAN 0", "DBSIZE"])("%s has none", (line) => {
  expect(firstKey(line.split(" "))).toBeUndefined();
});
