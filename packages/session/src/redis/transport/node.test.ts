import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseEnv } from "../../env.ts";
import { type CountingGateway, startCountingGateway, ticks } from "../../testing/test-counting-gateway.ts";
import { startTestEnv, type TestEnv, testVariables } from "../../testing/test-env.ts";
import { keepAliveRedis } from "./node.ts";

let test: TestEnv;
let counting: CountingGateway;
let redis: ReturnType<typeof keepAliveRedis>;

beforeAll(async () => {
  test = await startTestEnv();
  counting = await startCountingGateway(test);
  redis = keepAliveRedis(parseEnv(testVariables(counting.url, test.cloud.token)));
});
beforeEach(() => counting.reset());
afterAll(async () => {
  await counting.close();
  await test.stop();
});

it("carries what is asked in one turn of the event loop in one request, and hands out each its own answer", async () => {
  const first = redis.set("one", "1");
  await ticks(20);
  const second = redis.eval("return ARGV[1]", [], ["two"]);
  await ticks(20);
  const third = redis.get("nothing-here");
  expect(await Promise.all([first, second, third])).toEqual(["OK", "two", null]);
  expect(counting.entries).toEqual([{ path: "/below/pipeline", commands: 3 }]);
});

it("splits what is too much for one", async () => {
  const answers = await Promise.all(
    Array.from({ length: 150 }, async (_, at) => {
      await ticks(at);
      return redis.echo(`${at}`);
    }),
  );
  expect(answers).toEqual(Array.from({ length: 150 }, (_, at) => `${at}`));
  expect(counting.entries).toHaveLength(2);
  for (const { commands } of counting.entries) expect(commands).toBeLessThanOrEqual(100);
});

it("fails one command without the others", async () => {
  const [bad, good] = await Promise.allSettled([redis.eval("nonsense", [], []), redis.echo("fine")]);
  expect(bad).toMatchObject({ status: "rejected", reason: { name: "UpstashError" } });
  expect(good).toEqual({ status: "fulfilled", value: "fine" });
});

it("keeps its connection, and hands on what is in Redis as it is", async () => {
  for (const text of ["123", "null", '{"a":1}', "ünïcödé \u2028 🧺"]) {
    await redis.set("text", text);
    expect(await redis.get("text")).toBe(text);
  }
  expect(counting.entries).toHaveLength(8);
  expect(counting.connections).toBeLessThanOrEqual(1);
});
