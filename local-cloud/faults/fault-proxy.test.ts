import { Redis } from "@upstash/redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../gateway/test-gateway";
import { poll } from "../processes/poll";
import type { Fault } from "./fault";
import { type FaultProxy, startFaultProxy } from "./fault-proxy";

let service: TestGateway;
let proxy: FaultProxy;

beforeAll(async () => {
  service = await startTestGateway();
});
beforeEach(async () => {
  proxy = await startFaultProxy({ target: service.url });
  await direct(["FLUSHALL"]);
});
afterEach(() => proxy.close());
afterAll(() => service.stop());

function post(url: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = { Authorization: `Bearer ${service.token}` };
  return fetch(url + path, { method: "POST", headers, body: JSON.stringify(body), signal: signal ?? null });
}
const direct = async (command: unknown[]) => (await (await post(service.url, "/", command)).json()).result;
const through = (command: unknown[], signal?: AbortSignal) => post(proxy.url, "/", command, signal);

test("without a plan everything passes, for @upstash/redis and for streams too", async () => {
  const redis = new Redis({ url: proxy.url, token: service.token });
  await redis.set("k", { a: "日本" });
  expect(await redis.get("k")).toEqual({ a: "日本" });
  expect(await redis.multi().incr("n").incr("n").exec()).toEqual([1, 2]);
  const got: unknown[] = [];
  const subscriber = redis.subscribe<string>("news");
  subscriber.on("message", ({ message }) => got.push(message));
  await poll("the subscription", async () => (await direct(["PUBLISH", "news", "hi"])) === 1);
  await poll("the message", () => got.length > 0);
  await subscriber.unsubscribe();
  await poll("Redis to be left", async () => (await direct(["PUBLISH", "news", "hi"])) === 0);
  expect([proxy.passed > 0, proxy.injected]).toEqual([true, 0]);
});

describe("a fault before the request is sent is not carried out", () => {
  test("reset-before-send breaks the connection", async () => {
    proxy.next("reset-before-send");
    await expect(through(["INCR", "n"])).rejects.toThrow();
    expect(await direct(["GET", "n"])).toBeNull();
  });

  test("hang is never answered", async () => {
    proxy.next("hang");
    await expect(through(["INCR", "n"], AbortSignal.timeout(100))).rejects.toThrow("timeout");
    expect(await direct(["GET", "n"])).toBeNull();
  });

  test.each([500, 429, 503])("status %i has an error as its body", async (status) => {
    proxy.next({ status, error: "quota" });
    const response = await through(["INCR", "n"]);
    expect([response.status, await response.json()]).toEqual([status, { error: "quota" }]);
    expect(await direct(["GET", "n"])).toBeNull();
  });

  test("redis-error has the shape that the request's path has", async () => {
    const error = "OOM command not allowed when used memory > 'maxmemory'.";
    proxy.next({ redisError: error }, 3);
    const single = await through(["INCR", "n"]);
    expect([single.status, await single.json()]).toEqual([400, { error }]);
    const pipeline = await post(proxy.url, "/pipeline", [["INCR", "n"], ["PING"]]);
    expect([pipeline.status, await pipeline.json()]).toEqual([200, [{ error }, { error }]]);
    expect((await post(proxy.url, "/multi-exec", [["INCR", "n"]])).status).toBe(400);
    expect(await direct(["GET", "n"])).toBeNull();
  });
});

describe("a fault after the request is sent leaves it carried out", () => {
  const carriedOut = (times: number) =>
    poll("the command to have run", async () => (await direct(["GET", "n"])) === String(times));

  test.each<Fault>(["reset-after-send", "reply-lost"])("%s breaks the connection", async (fault) => {
    proxy.next(fault);
    await expect(through(["INCR", "n"])).rejects.toThrow();
    await carriedOut(1);
  });

  test("hang-after-send is never answered", async () => {
    proxy.next("hang-after-send");
    await expect(through(["INCR", "n"], AbortSignal.timeout(100))).rejects.toThrow("timeout");
    await carriedOut(1);
  });

  test("invalid-json is an answer that cannot be read", async () => {
    proxy.next("invalid-json");
    const response = await through(["INCR", "n"]);
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow();
    await carriedOut(1);
  });

  test("truncated begins to answer and breaks off", async () => {
    proxy.next("truncated");
    const response = await through(["INCR", "n"]);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await carriedOut(1);
  });

  test("reset-after-send does not wait for Redis, which may be slow", async () => {
    service.redis.pause();
    proxy.next("reset-after-send");
    await expect(through(["INCR", "n"])).rejects.toThrow();
    service.redis.resume();
    await carriedOut(1);
  });

  test("delay answers later", async () => {
    proxy.next({ delayMs: 120 });
    const startedAt = performance.now();
    expect(await (await through(["INCR", "n"])).json()).toEqual({ result: 1 });
    expect(performance.now() - startedAt).toBeGreaterThan(110);
  });
});

describe("the plan", () => {
  test("takes what is due next in its order, then what holds always", async () => {
    proxy.always({ status: 503 });
    proxy.next({ status: 500 }, 2);
    proxy.next(null);
    proxy.next({ status: 429 });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await through(["PING"])).status);
    expect(statuses).toEqual([500, 500, 200, 429, 503, 503]);
    proxy.always(null);
    expect((await through(["PING"])).status).toBe(200);
    expect([proxy.passed, proxy.injected, proxy.injectedByName.get("status 503")]).toEqual([2, 5, 2]);
  });

  test("meets only the requests that it is for", async () => {
    const writes = await startFaultProxy({
      target: service.url,
      affects: ({ body }) => body.includes("INCR"),
    });
    writes.always({ status: 503 });
    expect((await post(writes.url, "/", ["GET", "n"])).status).toBe(200);
    expect((await post(writes.url, "/", ["INCR", "n"])).status).toBe(503);
    await writes.close();
  });

  test("drawn at random meets about the share that it should, and the same requests for the same seed", async () => {
    const run = async (seed: number) => {
      const random = await startFaultProxy({ target: service.url, seed });
      random.random({ rate: 0.3, faults: [{ status: 503 }, { status: 429 }] });
      const statuses = [];
      for (let i = 0; i < 200; i++) statuses.push((await post(random.url, "/", ["PING"])).status);
      await random.close();
      return statuses;
    };
    const [first, again, other] = [await run(7), await run(7), await run(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const met = first.filter((status) => status !== 200);
    expect(met.length).toBeGreaterThan(35);
    expect(met.length).toBeLessThan(85);
    expect(new Set(met)).toEqual(new Set([503, 429]));
  });
});

test("refused connections are taken again on the same port", async () => {
  expect((await through(["PING"])).status).toBe(200);
  await proxy.refuse();
  await expect(through(["PING"])).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  await proxy.accept();
  expect((await through(["PING"])).status).toBe(200);
});

test("without a gateway the client's connection breaks", async () => {
  const unreachable = await startFaultProxy({ target: "http://127.0.0.1:9" });
  await expect(post(unreachable.url, "/", ["PING"])).rejects.toThrow();
  await unreachable.close();
});

test("a close does not wait for requests that hang", async () => {
  proxy.next("hang");
  const hanging = through(["PING"]);
  await poll("the request to arrive", () => proxy.injected === 1);
  await Promise.all([proxy.close(), expect(hanging).rejects.toThrow()]);
});

test("it knows how many requests are under way, whether they are answered or broken off, and for how long any was", async () => {
  proxy.next("hang", 2);
  const impatience = new AbortController();
  const broken = [through(["PING"], impatience.signal), through(["PING"], impatience.signal)];
  await poll("both to be under way", () => proxy.busy.underWay === 2);
  impatience.abort();
  await Promise.all(broken.map((each) => expect(each).rejects.toThrow()));
  await poll("none to be under way", () => proxy.busy.underWay === 0);

  const before = proxy.busy.totalMs;
  proxy.next({ delayMs: 50 });
  expect((await through(["PING"])).status).toBe(200);
  await poll("none to be under way", () => proxy.busy.underWay === 0);
  const after = proxy.busy.totalMs;
  // A timer may fire a millisecond early.
  expect(after - before).toBeGreaterThanOrEqual(49);
  await direct(["PING"]);
  expect(proxy.busy.totalMs).toBe(after);
});
