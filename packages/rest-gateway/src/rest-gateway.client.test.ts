import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";

// What users of the gateway speak: the real client, with its defaults (automatic pipelines, base64, sync tokens).
let service: TestGateway;
let redis: Redis;

beforeAll(async () => {
  service = await startTestGateway();
  redis = new Redis({ url: service.url, token: service.token });
});
beforeEach(() => redis.flushall());
afterAll(() => service.stop());

test("values come back as they were", async () => {
  for (const value of ["", " x ", "日本 🦊", { a: [1, "two", null] }, 42, "OK", "PONG"]) {
    await redis.set("k", value);
    expect(await redis.get("k")).toEqual(value);
  }
  expect(await redis.get("nothing")).toBeNull();
  expect(await redis.ping()).toBe("PONG");
  expect(await redis.set("k", "v")).toBe("OK");
});

test("hashes, lists and sorted sets come back in the client's own shapes", async () => {
  await redis.hset("h", { a: 1, b: "x" });
  await redis.zadd("z", { score: 1.5, member: "m" });
  expect(await redis.hgetall("h")).toEqual({ a: 1, b: "x" });
  expect(await redis.zrange("z", 0, -1, { withScores: true })).toEqual(["m", 1.5]);
  expect(await redis.zscore("z", "m")).toBe(1.5);
});

test("commands of one tick go in one request", async () => {
  const before = service.gateway.requests;
  expect(await Promise.all([redis.get("a"), redis.get("b"), redis.get("c")])).toEqual([null, null, null]);
  expect(service.gateway.requests - before).toBe(1);
});

test("a script is sent once and called by its digest from then on", async () => {
  const script = redis.createScript<string>("return ARGV[1]");
  expect(await script.exec([], ["first"])).toBe("first");
  const before = service.gateway.requests;
  expect(await script.exec([], ["again"])).toBe("again");
  expect(service.gateway.requests - before).toBe(1);
});

test("a pipeline names the command that failed", async () => {
  const pipeline = redis.pipeline().set("k", "v").incr("k").get("k");
  expect(await pipeline.exec({ keepErrors: true })).toMatchObject([
    { result: "OK" },
    { error: expect.stringContaining("not an integer") },
    { result: "v" },
  ]);
});

test("a transaction is all or nothing", async () => {
  expect(await redis.multi().set("k", 1).incr("k").exec()).toEqual(["OK", 2]);
});

test("a wrong token is an error that says so", async () => {
  const stranger = new Redis({ url: service.url, token: "wrong", retry: false });
  await expect(stranger.get("k")).rejects.toThrow("WRONGPASS");
});

test("a transaction's errors are Redis' own", async () => {
  await expect(redis.multi().set("k", "v").incr("k").exec()).rejects.toThrow("not an integer");
  await expect(redis.exec(["MULTI"])).rejects.toThrow("not available over REST");
});

test("digits beyond 2^53 are kept where they are text", async () => {
  const digits = "9007199254740993";
  await redis.set("n", digits);
  // The client makes a number of a string only if that gives the same string again.
  expect(await redis.get("n")).toBe(digits);
  await redis.hset("h", { n: digits });
  expect(await redis.hget("h", "n")).toBe(digits);
});

test("streams and scans come back in the client's own shapes", async () => {
  const id = await redis.xadd("s", "*", { a: 1, b: "x" });
  expect(await redis.xrange("s", "-", "+")).toEqual({ [id]: { a: 1, b: "x" } });
  expect((await redis.scan(0, { match: "s" })).flat()).toContain("s");
});

test("without base64 everything but broken text comes back, too", async () => {
  const plain = new Redis({ url: service.url, token: service.token, responseEncoding: false });
  await plain.set("k", { text: "日本 🦊", ok: "OK" });
  expect(await plain.get("k")).toEqual({ text: "日本 🦊", ok: "OK" });
  expect(await plain.mget("k", "none")).toEqual([{ text: "日本 🦊", ok: "OK" }, null]);
});

test("commands one by one, at a URL with a slash at its end, are as good", async () => {
  const single = new Redis({ url: `${service.url}/`, token: service.token, enableAutoPipelining: false });
  expect(await single.set("k", 1)).toBe("OK");
  expect(await single.incr("k")).toBe(2);
});
