import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestClusterGateway, type TestGateway } from "../../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../../local-cloud/processes/poll.ts";
import type { RedisCluster } from "../../../../local-cloud/redis/redis-cluster.ts";

let service: TestGateway<RedisCluster>;
let redis: Redis;

beforeAll(async () => {
  service = await startTestClusterGateway();
  redis = new Redis({ url: service.url, token: service.token, retry: false });
});
afterAll(() => service.stop());

const canWrite = (key: string) =>
  fetch(`${service.url}/set/${key}/v?_token=${service.token}`, { signal: AbortSignal.timeout(500) })
    .then(({ status }) => status === 200)
    .catch(() => false);

test("with a primary dead its keys are refused promptly, and are there again when its replica has taken over", async () => {
  const got: unknown[] = [];
  const subscriber = redis.subscribe<string>("news");
  subscriber.on("message", ({ message }) => got.push(message));
  await redis.set("k", "kept");
  const dead = await service.redis.killPrimaryOf("k");
  const startedAt = Date.now();
  const response = await fetch(`${service.url}/incr/n{k}?_token=${service.token}`);
  expect(Date.now() - startedAt).toBeLessThan(500);
  expect([response.status, await response.json()]).toEqual([
    503,
    { error: expect.stringMatching(/^UNAVAILABLE /) },
  ]);
  await poll("writes to succeed", () => canWrite("probe{k}"));
  expect(await redis.get("k")).toBe("kept");
  expect(await redis.exists("n{k}")).toBe(0);
  await poll("messages to arrive, whichever server the stream was at", async () => {
    await redis.publish("news", "after").catch(() => {});
    return got.includes("after");
  });
  await subscriber.unsubscribe();
  await dead.start();
  await service.redis.inStep();
  expect(await redis.get("k")).toBe("kept");
});

test("through a failover nothing runs twice", async () => {
  await service.redis.inStep();
  const keys: string[] = [];
  const answers: Promise<number>[] = [];
  const count = async (key: string) =>
    (await fetch(`${service.url}/incr/${key}?_token=${service.token}`)).status;
  const countOn = () => {
    // Over all shards, and many at a time, so that some are under way whenever the primary dies.
    for (let i = 0; i < 20; i++) {
      const key = `once:${keys.length}`;
      keys.push(key);
      answers.push(count(key));
    }
  };
  countOn();
  const dead = await service.redis.killPrimaryOf("once:0");
  await poll("all shards to answer", async () => {
    const sent = answers.length;
    countOn();
    const statuses = await Promise.all(answers.slice(sent));
    return statuses.every((status) => status === 200) && dead.state === "stopped";
  });
  const values = await Promise.all(keys.map((key) => redis.get<number>(key)));
  expect(values.filter((value) => value !== null && value !== 1)).toEqual([]);
  await dead.start();
  await service.redis.inStep();
});

test("a primary that hangs is left when its replica has taken over", async () => {
  const hung = await service.redis.primaryOf("k");
  hung.pause();
  await poll("writes to succeed", () => canWrite("k"));
  hung.resume();
  await service.redis.healed("k");
  await poll("writes still to succeed", () => canWrite("k"));
});
