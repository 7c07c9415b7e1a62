import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { parseEnv } from "../../env.ts";
import { type CountingGateway, startCountingGateway, ticks } from "../../testing/test-counting-gateway.ts";
import {
  type FakeGateway,
  startFakeGateway,
  startTestEnv,
  type TestEnv,
  testVariables,
} from "../../testing/test-env.ts";

let test: TestEnv;
let counting: CountingGateway;
let elsewhere: FakeGateway | undefined;

beforeAll(async () => {
  test = await startTestEnv();
  counting = await startCountingGateway(test);
});
beforeEach(() => counting.reset());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});
afterAll(async () => {
  await elsewhere?.close();
  await counting.close();
  await test.stop();
});

/** A client as the edge has it; what host it is on is seen when it is loaded. */
async function clientOf(url: string) {
  const { fetchRedis } = await import("./connect.ts");
  return fetchRedis(parseEnv(testVariables(url, test.cloud.token)));
}

/** Three commands within one turn, each in a tick of its own. */
async function askThrice(): Promise<unknown[]> {
  const redis = await clientOf(counting.url);
  const first = redis.set("one", "1");
  await ticks(20);
  const second = redis.eval("return ARGV[1]", [], ["two"]);
  await ticks(20);
  return Promise.all([first, second, redis.get("nothing-here")]);
}

it("sends a quiet server's request at once, and what is asked meanwhile in one request", async () => {
  vi.stubGlobal("EdgeRuntime", "edge-runtime");
  expect(await askThrice()).toEqual(["OK", "two", null]);
  expect(counting.entries.map(({ commands }) => commands).sort()).toEqual([1, 2]);
});

it.each([
  ["workerd", () => vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" })],
  ["a host's own edge", () => vi.stubGlobal("EdgeRuntime", "vercel")],
])("has no request wait for another one on %s", async (_, pretend) => {
  pretend();
  expect(await askThrice()).toEqual(["OK", "two", null]);
  expect(counting.entries.map(({ commands }) => commands)).toEqual([1, 1, 1]);
});

it("hands on what is in Redis as it is", async () => {
  const redis = await clientOf(counting.url);
  for (const text of ["123", "null", '{"a":1}', "ünïcödé \u2028 🧺"]) {
    await redis.set("text", text);
    expect(await redis.get("text")).toBe(text);
  }
});

it("carries the token to no other place than its own address", async () => {
  elsewhere = await startFakeGateway(() => ({ status: 307, body: "", location: counting.url }));
  const redis = await clientOf(elsewhere.url);
  await expect(redis.get("text")).rejects.toThrow();
  expect(counting.entries).toEqual([]);
});
