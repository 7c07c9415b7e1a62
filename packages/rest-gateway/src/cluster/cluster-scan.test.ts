import { ErrorReply } from "redis";
import { expect, test } from "vitest";
import { scanCluster } from "./cluster-scan.ts";

/** A shard whose cursor n stands before its n-th key. */
const shardOf = (...keys: string[]) => ({
  async send([, cursor = ""]: readonly (string | Buffer)[]) {
    const at = Number(cursor);
    const next = at + 1 < keys.length ? at + 1 : 0;
    return [Buffer.from(`${next}`), keys.slice(at, at + 1).map((key) => Buffer.from(key))];
  },
});

test("all keys of all shards come, an empty shard among them, and then the cursor is 0", async () => {
  const shards = [shardOf("a", "b"), shardOf(), shardOf("c", "d", "e")];
  const seen: string[] = [];
  let cursor = "0";
  do {
    const outcome = await scanCluster(["SCAN", cursor], shards);
    const [next, keys] = Array.isArray(outcome) ? outcome : [];
    seen.push(...[keys].flat().map(String));
    cursor = String(next);
  } while (cursor !== "0");
  expect(seen).toEqual(["a", "b", "c", "d", "e"]);
});

test("a cursor of a shard that is no more is at the end", async () => {
  expect(String(await scanCluster(["SCAN", "7"], [shardOf("a")]))).toBe("0,");
});

test("what is no cursor goes to Redis, which says so", async () => {
  const error = new ErrorReply("ERR invalid cursor");
  const sent: unknown[] = [];
  const shard = {
    send: async (command: unknown) => {
      sent.push(command);
      return error;
    },
  };
  expect(await scanCluster(["SCAN", "x", "COUNT", "1"], [shard])).toBe(error);
  expect(sent).toEqual([["SCAN", "x", "COUNT", "1"]]);
});
