import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseEnv } from "../env.ts";
import { passOn, startFakeGateway, startTestEnv, type TestEnv, testVariables } from "../testing/test-env.ts";
import { takeToken } from "./rate-limit.ts";
import { redisWithin } from "./transport/deadline.ts";

const key = "limit:sign-in-name:ada";
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
beforeEach(() => test.direct.flushAll());
afterEach(() => vi.useRealTimers());
afterAll(() => test?.stop());

/** The seconds to wait of so many attempts at one moment: they travel in one request. */
function waitsOf(count: number, perMinute: number, of = key): Promise<number[]> {
  const redis = redisWithin(test.env, 10_000);
  return Promise.all(Array.from({ length: count }, () => takeToken(redis, { key: of, perMinute })));
}

describe("a bucket of ten a minute", () => {
  it("has ten tokens at once, and then says how long it takes until there is one", async () => {
    const waits = await waitsOf(12, 10);
    expect(waits).toEqual([...Array(10).fill(0), 6, 6]);
  });

  it("is of one key alone", async () => {
    await waitsOf(11, 10);
    expect(await waitsOf(1, 10, "limit:sign-in-name:bob")).toEqual([0]);
  });

  it("counts the same for all servers, whatever their clocks say", async () => {
    const now = Date.now();
    const clocks = [1, -1, 24 * 365, -24 * 365].map((hours) => now + hours * 3_600_000);
    const waits: number[] = [];
    for (const clock of clocks) {
      vi.useFakeTimers({ toFake: ["Date"], now: clock });
      waits.push(...(await waitsOf(1, 2)));
    }
    expect(waits.slice(0, 2)).toEqual([0, 0]);
    for (const wait of waits.slice(2)) {
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(30);
    }
  });

  it("has a TTL, which is the time until it is full", async () => {
    await waitsOf(3, 10);
    const ttlMs = await test.direct.pTTL(key);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(18_000);
    await waitsOf(9, 10);
    expect(await test.direct.pTTL(key)).toBeLessThanOrEqual(60_000);
  });

  it("waits for no longer than a minute where Redis' own clock was ahead before", async () => {
    await test.direct.set(key, String((Date.now() + 3_600_000) * 1000), { PX: 60_000 });
    expect(await waitsOf(1, 10)).toEqual([6]);
  });

  it.each([
    ["text", (at: string) => test.direct.set(at, "text")],
    ["a hash", (at: string) => test.direct.hSet(at, "tokens", "0")],
  ])("takes %s in its place for no bucket, and leaves no key without an end", async (_, plant) => {
    await plant(key);
    expect(await waitsOf(1, 10)).toEqual([0]);
    expect(await test.direct.pTTL(key)).toBeGreaterThan(0);
  });

  it("counts also where memory is full", async () => {
    await test.direct.configSet("maxmemory", "1");
    try {
      expect(await waitsOf(11, 10)).toEqual([...Array(10).fill(0), 6]);
    } finally {
      await test.direct.configSet("maxmemory", "0");
    }
  });
});

it("of one a minute, a second try waits for the whole of it", async () => {
  expect(await waitsOf(2, 1)).toEqual([0, 60]);
});

it.each([3, 7, 13])("of %d a minute has all of them at once", async (perMinute) => {
  const waits = await waitsOf(perMinute + 1, perMinute);
  expect(waits).toEqual([...Array(perMinute).fill(0), Math.ceil(60 / perMinute)]);
});

it("fills up one by one", async () => {
  // One in ten milliseconds.
  const taken = async () => (await waitsOf(1, 6000))[0] === 0;
  await test.direct.set(key, String((Date.now() + 60_000) * 1000), { PX: 60_000 });
  await expect.poll(taken, { timeout: 10_000 }).toBe(true);
});

it("takes a token again, and never none, where the answer was lost", async () => {
  let requests = 0;
  const between = await startFakeGateway(async (body, path, headers) => {
    const isLost = ++requests === 1;
    const answer = await passOn(test.cloud, body, path, headers);
    return isLost ? null : answer;
  });
  const redis = redisWithin(parseEnv({ ...test.variables, UPSTASH_REDIS_REST_URL: between.url }), 10_000);
  expect(await takeToken(redis, { key, perMinute: 2 })).toBe(0);
  expect(requests).toBe(2);
  const [wait] = await waitsOf(1, 2);
  expect(wait).toBeGreaterThan(0);
  await between.close();
});

it("costs one request, however many are counted in one tick, and is a script of one key", async () => {
  const before = test.cloud.gateway.requests;
  await waitsOf(3, 10);
  expect(test.cloud.gateway.requests - before).toBe(1);
  const fake = await startFakeGateway(() => ({ status: 200, body: '[{"result":0}]' }));
  const redis = redisWithin(parseEnv(testVariables(fake.url, "token")));
  await takeToken(redis, { key, perMinute: 10 });
  await takeToken(redis, { key, perMinute: 10 });
  await fake.close();
  const [whole, byHash] = fake.bodies.map((body): unknown => JSON.parse(body));
  expect(whole).toEqual([["eval", expect.any(String), 1, key, "10"]]);
  expect(byHash).toEqual([["evalsha", expect.any(String), 1, key, "10"]]);
});

it("lets nobody on whom it cannot count", async () => {
  const unavailable = { name: "StoreUnavailable" };
  for (const body of [
    "[{}]",
    '[{"result":null}]',
    '[{"result":"0"}]',
    '[{"result":-1}]',
    '[{"result":60001}]',
  ]) {
    const fake = await startFakeGateway(() => ({ status: 200, body }));
    const redis = redisWithin(parseEnv(testVariables(fake.url, "token")));
    await expect(takeToken(redis, { key, perMinute: 10 })).rejects.toMatchObject(unavailable);
    await fake.close();
  }
  test.cloud.redis.pause();
  try {
    const counting = takeToken(redisWithin(test.env, 100), { key, perMinute: 10 });
    await expect(counting).rejects.toMatchObject({ ...unavailable, reason: "timeout" });
  } finally {
    test.cloud.redis.resume();
  }
});
