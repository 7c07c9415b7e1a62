import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { parseEnv } from "@/lib/env";
import { keepAliveRedis } from "./keep-alive";
import { startTestEnv, type TestEnv, testVariables } from "./test-env";

// Before the real gateway a door that counts: what comes in, and over how many connections.
let test: TestEnv;
let door: Server;
let requests: { readonly path: string; readonly commands: number }[] = [];
let connections = 0;
let redis: ReturnType<typeof keepAliveRedis>;

beforeAll(async () => {
  test = await startTestEnv();
  door = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const body = Buffer.concat(chunks).toString();
    requests.push({ path: request.url ?? "", commands: JSON.parse(body).length });
    const { authorization = "" } = request.headers;
    const answer = await fetch(test.cloud.url + (request.url ?? "").replace("/below", ""), {
      method: "POST",
      headers: { authorization },
      body,
    });
    response.writeHead(answer.status).end(await answer.text());
  });
  door.on("connection", () => connections++);
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const { port } = door.address() as AddressInfo;
  redis = keepAliveRedis(parseEnv(testVariables(`http://127.0.0.1:${port}/below/`, test.cloud.token)));
});
beforeEach(() => {
  requests = [];
  connections = 0;
});
afterAll(async () => {
  door.closeAllConnections();
  door.close();
  await test.stop();
});

/** Later in the same turn of the event loop: so many ticks. */
async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await Promise.resolve();
}

it("carries what is asked in one turn of the event loop in one request, and hands out each its own answer", async () => {
  const first = redis.set("one", "1");
  await ticks(20);
  const second = redis.eval("return ARGV[1]", [], ["two"]);
  await ticks(20);
  const third = redis.get("nothing-here");
  expect(await Promise.all([first, second, third])).toEqual(["OK", "two", null]);
  expect(requests).toEqual([{ path: "/below/pipeline", commands: 3 }]);
});

it("splits what is too much for one", async () => {
  const answers = await Promise.all(
    Array.from({ length: 150 }, async (_, at) => {
      await ticks(at);
      return redis.echo(`${at}`);
    }),
  );
  expect(answers).toEqual(Array.from({ length: 150 }, (_, at) => `${at}`));
  expect(requests).toHaveLength(2);
  for (const { commands } of requests) expect(commands).toBeLessThanOrEqual(100);
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
  expect(requests).toHaveLength(8);
  expect(connections).toBeLessThanOrEqual(1);
});
