import { Redis } from "@upstash/redis";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  startTestReplicatedGateway,
  type TestGateway,
} from "../../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../../local-cloud/processes/poll.ts";
import type { ReplicatedRedis } from "../../../../local-cloud/redis/replicated-redis.ts";

let service: TestGateway<ReplicatedRedis>;
let redis: Redis;

beforeEach(async () => {
  service = await startTestReplicatedGateway();
  redis = new Redis({ url: service.url, token: service.token, retry: false });
});
afterEach(() => service.stop());

const canWrite = () =>
  redis
    .set("probe", 1)
    .then(() => true)
    .catch(() => false);

test("with the primary dead every request is refused promptly, until the promoted replica is found", async () => {
  await redis.set("k", "kept");
  await service.redis.caughtUp();
  await service.redis.primary.kill();
  const startedAt = Date.now();
  await expect(redis.incr("n")).rejects.toThrow("UNAVAILABLE");
  expect(Date.now() - startedAt).toBeLessThan(500);
  await service.redis.promote();
  await poll("writes to succeed", canWrite);
  expect(await redis.get("k")).toBe("kept");
  expect(await redis.incr("n")).toBe(1);
});

test("a former primary that comes back as one is not returned to", async () => {
  await service.redis.caughtUp();
  const former = service.redis.primary;
  await former.kill();
  await service.redis.promote();
  await poll("writes to succeed", canWrite);
  await redis.set("k", "new");
  await former.start();
  await service.redis.rejoin();
  for (let i = 0; i < 50; i++) expect(await redis.get("k")).toBe("new");
});

test("places that are exchanged with both alive are followed", async () => {
  await redis.set("k", 1);
  await service.redis.caughtUp();
  await service.redis.promote();
  await service.redis.rejoin();
  await poll("writes to succeed", canWrite);
  expect(await redis.incr("k")).toBe(2);
});

test("a primary that hangs is left once the other one is promoted", async () => {
  await service.redis.caughtUp();
  const hung = service.redis.primary;
  hung.pause();
  await service.redis.promote();
  await poll("writes to succeed", async () => {
    const response = await fetch(`${service.url}/set/probe/1?_token=${service.token}`, {
      signal: AbortSignal.timeout(500),
    }).catch(() => undefined);
    return response?.status === 200;
  });
  hung.resume();
  await service.redis.rejoin();
  expect(await redis.set("k", "v")).toBe("OK");
});

test("a subscription goes on at the new primary", async () => {
  const got: unknown[] = [];
  const subscriber = redis.subscribe<string>("news");
  subscriber.on("message", ({ message }) => got.push(message));
  await poll("the subscription", async () => (await redis.publish("news", "before")) === 1);
  await service.redis.caughtUp();
  await service.redis.primary.kill();
  await service.redis.promote();
  await poll("a message from the new one", async () => {
    await redis.publish("news", "after").catch(() => {});
    return got.includes("after");
  });
  await subscriber.unsubscribe();
});
