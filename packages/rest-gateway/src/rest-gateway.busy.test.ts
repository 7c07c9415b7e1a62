import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../local-cloud/processes/poll.ts";
import { askRedis } from "../../../local-cloud/redis/ask-redis.ts";

// A script that never ends: Redis runs nothing else meanwhile, and from a time on (busy-reply-threshold) says so.
const ENDLESS = ["EVAL", "while true do end", 0];

let service: TestGateway;

beforeEach(async () => {
  service = await startTestGateway();
  await askRedis(service.redis.url, "CONFIG", "SET", "busy-reply-threshold", "200");
});
afterEach(() => service.stop());

async function post(path: string, body: unknown) {
  const response = await fetch(service.url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${service.token}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15_000),
  });
  return { status: response.status, body: await response.json() };
}

/** Resolves when Redis runs it. */
async function startEndless(command: unknown = ENDLESS): Promise<{ ended: ReturnType<typeof post> }> {
  const before = service.gateway.commands;
  const ended = post("/", command);
  ended.catch(() => {}); // It is thrown where it is awaited.
  await poll("the script to be sent", () => service.gateway.commands > before);
  return { ended };
}

const BUSY = expect.stringMatching(/^BUSY /);

test("behind a script without an end, others get BUSY, until SCRIPT KILL", async () => {
  const { ended } = await startEndless();
  const refused = await Promise.all([
    post("/", ["SET", "k", "v"]),
    post("/pipeline", [["GET", "k"], ["PING"]]),
    post("/multi-exec", [["SET", "k", "v"]]),
  ]);
  expect(refused).toEqual([
    { status: 400, body: { error: BUSY } },
    { status: 200, body: [{ error: BUSY }, { error: BUSY }] },
    { status: 400, body: { error: expect.stringMatching(/^EXECABORT .*BUSY /) } },
  ]);
  expect(await post("/", ["SCRIPT", "KILL"])).toEqual({ status: 200, body: { result: "OK" } });
  expect(await ended).toMatchObject({
    status: 400,
    body: { error: expect.stringMatching(/Script killed by user/i) },
  });
  // What was refused has not been done.
  expect(await post("/", ["EXISTS", "k"])).toEqual({ status: 200, body: { result: 0 } });
});

test("a function without an end is ended by FUNCTION KILL", async () => {
  const library = "#!lua name=test\nredis.register_function('endless', function() while true do end end)";
  await post("/", ["FUNCTION", "LOAD", library]);
  const { ended } = await startEndless(["FCALL", "endless", 0]);
  expect(await post("/", ["GET", "k"])).toEqual({ status: 400, body: { error: BUSY } });
  expect(await post("/pipeline", [["FUNCTION", "KILL"]])).toEqual({ status: 200, body: [{ result: "OK" }] });
  expect((await ended).status).toBe(400);
});

test("other scripts do not wait for its end: those sent later are busy, those sent with it may have run", async () => {
  const { ended } = await startEndless();
  const sentWithIt = post("/", ["EVAL", "return redis.call('INCR', KEYS[1])", 1, "n"]);
  expect((await post("/", ["GET", "n"])).body).toEqual({ error: BUSY });
  expect(await sentWithIt).toMatchObject({ status: expect.toBeOneOf([400, 503]) });
  expect(await post("/", ["EVAL", "return 1", 0])).toEqual({ status: 400, body: { error: BUSY } });
  await post("/", ["SCRIPT", "KILL"]);
  await ended;
  await poll("scripts to run again", async () => (await post("/", ["EVAL", "return 1", 0])).status === 200);
});

test("with no script that runs, SCRIPT KILL says so", async () => {
  expect((await post("/", ["SCRIPT", "KILL"])).body).toEqual({ error: expect.stringMatching(/^NOTBUSY /) });
});
