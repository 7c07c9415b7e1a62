import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../local-cloud/processes/poll.ts";

let service: TestGateway;

beforeEach(async () => {
  service = await startTestGateway();
});
afterEach(() => service.stop());

async function post(path: string, body: unknown) {
  const response = await fetch(service.url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${service.token}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(2_000),
  });
  return { status: response.status, body: await response.json() };
}
const isUp = async () => (await post("/", ["PING"])).status === 200;

test.each([
  ["/", ["INCR", "n"]],
  [
    "/pipeline",
    [
      ["INCR", "n"],
      ["INCR", "n"],
    ],
  ],
  ["/multi-exec", [["INCR", "n"]]],
])(
  "without Redis %s is refused promptly, is not done later, and works again with Redis back",
  async (path, body) => {
    await service.redis.kill();
    await poll("the gateway to notice", async () => (await post("/", ["PING"])).status === 503);
    const startedAt = Date.now();
    expect(await post(path, body)).toMatchObject({
      status: 503,
      body: { error: expect.stringMatching(/^UNAVAILABLE /) },
    });
    expect(Date.now() - startedAt).toBeLessThan(500);
    await service.redis.start();
    await poll("the gateway to reach Redis again", isUp);
    expect((await post("/", ["GET", "n"])).body).toEqual({ result: null });
  },
);

test("a request that waits for a hung Redis is answered when Redis dies, and a client that gave up harms nobody", async () => {
  service.redis.pause();
  const abandoned = post("/", ["INCR", "n"]);
  const waiting = fetch(service.url, {
    method: "POST",
    headers: { Authorization: `Bearer ${service.token}` },
    body: '["PING"]',
  });
  await expect(abandoned).rejects.toThrow("timeout");
  await service.redis.kill();
  expect((await waiting).status).toBe(503);
  await service.redis.start();
  await poll("the gateway to reach Redis again", isUp);
});

test("after a hang the same connection goes on", async () => {
  service.redis.pause();
  const answer = post("/", ["PING"]);
  service.redis.resume();
  expect((await answer).body).toEqual({ result: "PONG" });
});

test("a close answers open requests first", async () => {
  service.redis.pause();
  const before = service.gateway.commands;
  const open = post("/", ["PING"]);
  await poll("the command to be sent", () => service.gateway.commands > before);
  const closed = service.gateway.close();
  service.redis.resume();
  expect((await open).status).toBe(200);
  await closed;
  await expect(fetch(service.url)).rejects.toThrow();
});

test("a close does not wait for a hung Redis for ever", async () => {
  service.redis.pause();
  const open = post("/", ["PING"]).catch(() => {});
  const startedAt = Date.now();
  await service.gateway.close();
  expect(Date.now() - startedAt).toBeLessThan(8_000);
  await open;
});
