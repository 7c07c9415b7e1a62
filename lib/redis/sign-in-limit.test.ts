import { parseEnv } from "@carryover/session/internal/env";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisWithin } from "@carryover/session/internal/redis/transport/client";
import {
  startFakeGateway,
  startTestEnv,
  type TestEnv,
  testVariables,
} from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countSignInAttempt } from "./sign-in-limit";

const keys = redisKeys("test:");
const address = "192.0.2.7";
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

/** The seconds to wait after each attempt. Each has a way to Redis of its own, as another server would. */
async function attempts(count: number, attemptOf: (at: number) => { accountName: string; address: string }) {
  const waits: number[] = [];
  for (let at = 0; at < count; at++) {
    const redis = redisWithin(test.env, 10_000);
    waits.push(await countSignInAttempt({ redis, keys, limit: 10 }, attemptOf(at)));
  }
  return waits;
}

describe("the limit of sign-ins", () => {
  it("is ten at once for an account, from wherever they come, and then says how long to wait", async () => {
    const waits = await attempts(12, (at) => ({ accountName: "ada", address: `192.0.2.${at}` }));
    expect(waits.slice(0, 10)).toEqual(Array(10).fill(0));
    for (const wait of waits.slice(10)) {
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
      expect(Number.isInteger(wait)).toBe(true);
    }
  });

  it("is of one account alone: another one signs in", async () => {
    await attempts(11, () => ({ accountName: "ada", address }));
    expect(await attempts(1, () => ({ accountName: "bob", address }))).toEqual([0]);
  });

  it("is a hundred a minute for an address, whatever names it tries", async () => {
    const waits = await attempts(110, (at) => ({ accountName: `name-${at}`, address }));
    expect(waits.slice(0, 100)).toEqual(Array(100).fill(0));
    // Room comes back one by one, every 0.6 s.
    expect(waits.slice(100).filter((wait) => wait > 0).length).toBeGreaterThan(5);
    expect(await attempts(1, () => ({ accountName: "name-1", address: "192.0.2.8" }))).toEqual([0]);
  });

  it("counts each of many at once", async () => {
    const count = () =>
      countSignInAttempt(
        { redis: redisWithin(test.env, 10_000), keys, limit: 10 },
        { accountName: "ada", address },
      );
    const waits = await Promise.all(Array.from({ length: 30 }, count));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
  });

  it("keeps nothing for longer than a minute, and nothing without an end", async () => {
    await attempts(3, (at) => ({ accountName: `name-${at}`, address }));
    const names = await test.direct.keys("*");
    expect(names).toHaveLength(4);
    for (const name of names) {
      expect(name).toMatch(/^test:limit:(account|address):/);
      const ttlMs = await test.direct.pTTL(name);
      expect(ttlMs).toBeGreaterThan(0);
      expect(ttlMs).toBeLessThanOrEqual(60_000);
    }
  });

  it("does not confuse an account with an address, nor one name with the beginning of another", async () => {
    await attempts(11, () => ({ accountName: "ada", address }));
    expect(await attempts(1, () => ({ accountName: "ada.1", address: "ada" }))).toEqual([0]);
  });
});

it("costs one request an attempt, and one more the first time after Redis has started", async () => {
  await test.direct.scriptFlush();
  const before = test.cloud.gateway.requests;
  await attempts(1, () => ({ accountName: "ada", address }));
  expect(test.cloud.gateway.requests - before).toBe(2);
  await attempts(2, () => ({ accountName: "ada", address }));
  expect(test.cloud.gateway.requests - before).toBe(4);
});

it("runs scripts of one key each, which a cluster can serve", async () => {
  const fake = await startFakeGateway(() => ({ status: 200, body: "[]" }));
  const redis = redisWithin(parseEnv(testVariables(fake.url, "token")));
  const attempt = { accountName: "ada", address };
  await expect(countSignInAttempt({ redis, keys, limit: 10 }, attempt)).rejects.toThrow();
  const commands: unknown = JSON.parse(fake.bodies.join());
  await fake.close();
  const sha = expect.any(String);
  expect(commands).toEqual([
    expect.objectContaining(["evalsha", sha, 1, expect.stringMatching(/^test:limit:account:ada/)]),
    expect.objectContaining(["evalsha", sha, 1, expect.stringMatching(/^test:limit:address:192\.0\.2\.7/)]),
  ]);
});

it("lets nobody in whom it cannot count", async () => {
  const attempt = { accountName: "ada", address };
  for (const body of ["[{},{}]", '[{"result":null},{"result":null}]', '[{"result":[]},{"result":[]}]']) {
    const fake = await startFakeGateway(() => ({ status: 200, body }));
    const redis = redisWithin(parseEnv(testVariables(fake.url, "token")));
    await expect(countSignInAttempt({ redis, keys, limit: 10 }, attempt)).rejects.toMatchObject({
      name: "StoreUnavailable",
    });
    await fake.close();
  }
  test.cloud.redis.pause();
  try {
    const redis = redisWithin(test.env, 100);
    await expect(countSignInAttempt({ redis, keys, limit: 10 }, attempt)).rejects.toMatchObject({
      name: "StoreUnavailable",
      reason: "timeout",
    });
  } finally {
    test.cloud.redis.resume();
  }
});
