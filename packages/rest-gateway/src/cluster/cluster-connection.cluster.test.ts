import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestClusterGateway, type TestGateway } from "../../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../../local-cloud/processes/poll.ts";
import { askRedis } from "../../../../local-cloud/redis/ask-redis.ts";
import type { RedisCluster } from "../../../../local-cloud/redis/redis-cluster.ts";
import { slotOf } from "./key-slot.ts";

let service: TestGateway<RedisCluster>;
let redis: Redis;

beforeAll(async () => {
  service = await startTestClusterGateway();
  redis = new Redis({ url: service.url, token: service.token, retry: false });
});
beforeEach(() => redis.flushall());
afterAll(() => service.stop());

async function post(path: string, body: unknown) {
  const headers = { Authorization: `Bearer ${service.token}` };
  const response = await fetch(service.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

const KEYS = Array.from({ length: 60 }, (_, i) => `key:${i}`);

test("slots are the ones that Redis finds", async () => {
  const url = service.redis.servers[0]?.url ?? "";
  for (const key of [...KEYS, "", "{a}b", "{}{a}", "a{b}{c}", "{{a}}", "日本{é}", "a}b{c"]) {
    expect([key, slotOf(key)]).toEqual([key, Number(await askRedis(url, "CLUSTER", "KEYSLOT", key))]);
  }
});

describe("commands", () => {
  test("of one pipeline reach the shards of their keys, in order for each key", async () => {
    const pipeline = redis.pipeline();
    for (const key of KEYS) pipeline.set(key, 1).incr(key).get(key);
    const replies = await pipeline.exec();
    expect(replies).toEqual(KEYS.flatMap(() => ["OK", 2, 2]));
    const owners = await Promise.all(KEYS.map((key) => service.redis.primaryOf(key)));
    expect(new Set(owners).size).toBe(3);
  });

  test("of a script go to its key, and by its digest once it has been sent there", async () => {
    const script = redis.createScript<number>("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    for (const key of KEYS.slice(0, 10)) {
      expect(await script.exec([key], ["2"])).toBe(2);
      expect(await script.exec([key], ["2"])).toBe(4);
    }
  });

  test("with keys in several slots are refused in Redis' own words", async () => {
    const error = "CROSSSLOT Keys in request don't hash to the same slot";
    expect(await post("/", ["MGET", "a", "b"])).toEqual({ status: 400, body: { error } });
    const multi = [
      ["SET", "a", 1],
      ["SET", "b", 1],
    ];
    expect(await post("/multi-exec", multi)).toEqual({ status: 400, body: { error } });
    expect(await redis.exists("a")).toBe(0);
    expect(await redis.mget("{u}a", "{u}b")).toEqual([null, null]);
  });

  test("of a transaction with one slot are all or nothing", async () => {
    expect(await redis.multi().set("{u}a", 1).incr("{u}a").set("{u}b", 5).exec()).toEqual(["OK", 2, "OK"]);
    const aborted = await post("/multi-exec", [["SET", "{u}a", 9], ["NOSUCH"]]);
    expect(aborted).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^EXECABORT/) } });
    expect(await redis.get("{u}a")).toBe(2);
    expect(await post("/multi-exec", [["PING"]])).toEqual({ status: 200, body: [{ result: "PONG" }] });
  });

  test("that concern all the data are done at all primaries", async () => {
    for (const key of KEYS) await redis.set(key, 1);
    expect(await redis.dbsize()).toBe(KEYS.length);
    expect((await redis.keys("*")).sort()).toEqual([...KEYS].sort());
    const sha = await redis.scriptLoad("return KEYS[1]");
    expect(await redis.scriptExists(sha)).toEqual([1]);
    for (const key of KEYS.slice(0, 10)) expect(await redis.evalsha(sha, [key], [])).toBe(key);
    await redis.flushdb();
    expect(await redis.dbsize()).toBe(0);
  });

  test("of a scan come by all keys", async () => {
    for (const key of KEYS) await redis.set(key, 1);
    const seen = new Set<string>();
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(cursor, { count: 5, match: "key:*" });
      for (const key of keys) seen.add(key);
      cursor = next;
    } while (cursor !== "0");
    expect([...seen].sort()).toEqual([...KEYS].sort());
  });

  test("that publish reach a subscriber at whatever server", async () => {
    const got: unknown[] = [];
    const subscriber = redis.subscribe<number>("news");
    subscriber.on("message", ({ message }) => got.push(message));
    await poll("the subscription", async () => {
      await redis.publish("news", 0);
      return got.length > 0;
    });
    for (const { url } of service.redis.servers) await askRedis(url, "PUBLISH", "news", "7");
    await poll("one message from each", () => got.filter((message) => message === 7).length === 6);
    await subscriber.unsubscribe();
  });
});

test("a slot that moves is followed, while it does and after", async () => {
  const key = "{moving}k";
  await redis.set(key, "v");
  const from = await service.redis.primaryOf(key);
  const others = await Promise.all(KEYS.map((each) => service.redis.primaryOf(each)));
  const to = others.find((server) => server !== from) ?? from;
  const slot = `${slotOf(key)}`;
  const [fromId, toId] = await Promise.all(
    [from, to].map(async ({ url }) => String(await askRedis(url, "CLUSTER", "MYID"))),
  );
  await askRedis(to.url, "CLUSTER", "SETSLOT", slot, "IMPORTING", fromId ?? "");
  await askRedis(from.url, "CLUSTER", "SETSLOT", slot, "MIGRATING", toId ?? "");
  await askRedis(from.url, "MIGRATE", "127.0.0.1", `${to.port}`, key, "0", "1000");
  // ASK: the key is there already, the slot is not.
  expect(await redis.get(key)).toBe("v");
  expect(await redis.set("{moving}new", "w")).toBe("OK");
  await askRedis(to.url, "CLUSTER", "SETSLOT", slot, "NODE", toId ?? "");
  await askRedis(from.url, "CLUSTER", "SETSLOT", slot, "NODE", toId ?? "");
  // MOVED, if the gateway has not asked since.
  const [value, reply] = await Promise.all([redis.get(key), redis.multi().incr("{moving}n").exec()]);
  expect([value, reply]).toEqual(["v", [1]]);
  expect(await redis.get("{moving}new")).toBe("w");
});
