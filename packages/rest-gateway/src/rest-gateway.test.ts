import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";

let service: TestGateway;

beforeAll(async () => {
  service = await startTestGateway();
});
beforeEach(() => post("/", ["FLUSHALL"]));
afterAll(() => service.stop());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(service.url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${service.token}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

describe("the token", () => {
  test.each([
    ["is missing", undefined],
    ["is wrong", "Bearer wrong"],
    ["is of another scheme", "Basic dXNlcjpwYXNz"],
    ["is empty", "Bearer "],
  ])("where it %s the answer is 401 and nothing is executed", async (_, authorization) => {
    const before = { requests: service.gateway.requests, commands: service.gateway.commands };
    const response = await fetch(service.url, {
      method: "POST",
      headers: authorization ? { Authorization: authorization } : {},
      body: '["SET","k","v"]',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: expect.any(String) });
    expect(service.gateway).toMatchObject(before);
    expect((await post("/", ["EXISTS", "k"])).body).toEqual({ result: 0 });
  });
});

describe("a command", () => {
  test("answers its result", async () => {
    expect(await post("/", ["SET", "k", "v"])).toMatchObject({ status: 200, body: { result: "OK" } });
    expect(await post("/", ["get", "k"])).toMatchObject({ status: 200, body: { result: "v" } });
    expect((await post("/", ["GET", "nothing"])).body).toEqual({ result: null });
    expect((await post("/", ["PING"])).body).toEqual({ result: "PONG" });
    expect((await post("/", ["EVAL", "return {1,{'two',false},3}", 0])).body).toEqual({
      result: [1, ["two", null], 3],
    });
  });

  test("answers maps as flat lists and floating numbers as strings", async () => {
    await post("/", ["HSET", "h", "a", 1]);
    await post("/", ["ZADD", "z", 1.5, "m"]);
    expect((await post("/", ["HGETALL", "h"])).body).toEqual({ result: ["a", "1"] });
    expect((await post("/", ["ZSCORE", "z", "m"])).body).toEqual({ result: "1.5" });
  });

  test("is encoded in base64 on demand", async () => {
    const base64 = { "Upstash-Encoding": "base64" };
    expect((await post("/", ["SET", "k", "OK"], base64)).body).toEqual({ result: "OK" });
    expect((await post("/", ["PING"], base64)).body).toEqual({ result: "UE9ORw==" });
    expect((await post("/", ["MGET", "k", "none"], base64)).body).toEqual({ result: ["T0s=", null] });
    expect((await post("/", ["INCR", "n"], base64)).body).toEqual({ result: 1 });
  });

  test("keeps every byte of its arguments", async () => {
    for (const value of ["", " untrimmed \n", "nul\u0000", "007", "1.10", "日本 🦊", '"quoted"']) {
      await post("/", ["SET", "k", value]);
      expect((await post("/", ["GET", "k"])).body).toEqual({ result: value });
    }
  });

  test("takes numbers and booleans as their text", async () => {
    await post("/", ["RPUSH", "l", 1, 1.5, -7, true, false]);
    expect((await post("/", ["LRANGE", "l", 0, -1])).body).toEqual({
      result: ["1", "1.5", "-7", "true", "false"],
    });
  });

  test("takes integers beyond 2^53 digit by digit, wherever they stand", async () => {
    const body = '["EVAL","return ARGV",0,9007199254740993,-9223372036854775808,"\\"12345678901234567",1e3]';
    expect((await post("/", body)).body).toEqual({
      result: ["9007199254740993", "-9223372036854775808", '"12345678901234567', "1000"],
    });
    await post("/pipeline", '[["SET","n",9007199254740993],["INCR","n"]]');
    expect((await post("/", ["GET", "n"])).body).toEqual({ result: "9007199254740994" });
    await post("/multi-exec", '[["SET", "n" ,\t9007199254740993 ]]');
    expect((await post("/", ["GET", "n"])).body).toEqual({ result: "9007199254740993" });
    // Neither is an integer, and only the second one is JSON.
    expect((await post("/", '["SET","n",00000000000000001]')).status).toBe(400);
    await post("/", '["SET","n",1.00000000000000001]');
    expect((await post("/", ["GET", "n"])).body).toEqual({ result: "1" });
  });

  test.each(["007", "12", "-0", "+1", "9007199254740993", "-5"])(
    "answers the status %s as text, for it is no integer",
    async (status) => {
      const command = ["EVAL", "return {ok=ARGV[1]}", 0, status];
      expect(await post("/", command)).toMatchObject({ status: 200, body: { result: status } });
      const encoded = Buffer.from(status).toString("base64");
      expect((await post("/", command, { "Upstash-Encoding": "base64" })).body).toEqual({ result: encoded });
      expect((await post("/multi-exec", [command])).body).toEqual([{ result: status }]);
    },
  );

  test("whose name is no name is denied, and a read that would block is one, too", async () => {
    for (const denied of [
      ["SUBSCRIBE\0", "news"],
      ["client|reply", "off"],
      ["XREAD", "BLOCK\0", "0", "STREAMS", "s", "$"],
      ["CONFIG", "SET", "maxmemory", "1"],
    ]) {
      expect(await post("/", denied)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining("not available") },
      });
    }
    expect((await post("/", ["PING"])).body).toEqual({ result: "PONG" });
  });

  test("passes Redis' own error through, word by word", async () => {
    await post("/", ["RPUSH", "l", "x"]);
    expect(await post("/", ["GET", "l"])).toMatchObject({
      status: 400,
      body: { error: "WRONGTYPE Operation against a key holding the wrong kind of value" },
    });
    expect((await post("/", ["EVALSHA", "0".repeat(40), 0])).body.error).toMatch(/^NOSCRIPT /);
    expect((await post("/", ["NOSUCH"])).body.error).toMatch(/^ERR unknown command/);
  });

  test("of five megabytes goes there and back", async () => {
    const value = "x".repeat(5_000_000);
    await post("/", ["SET", "k", value]);
    expect((await post("/", ["GET", "k"])).body.result).toHaveLength(value.length);
  });

  test("that would change the shared connection is denied", async () => {
    expect(await post("/", ["SUBSCRIBE", "news"])).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("not available") },
    });
  });

  test("carries a sync token that is new each time", async () => {
    const tokens = [await post("/", ["PING"]), await post("/", ["PING"])].map(({ headers }) =>
      headers.get("upstash-sync-token"),
    );
    expect(tokens[0]).toBeTruthy();
    expect(tokens[1]).not.toBe(tokens[0]);
  });
});

describe("a request that cannot be a command", () => {
  test.each([
    ["is no JSON", "/", "{"],
    ["is empty", "/", ""],
    ["is an object", "/", { command: "PING" }],
    ["is an empty list", "/", []],
    ["has a null argument", "/", ["SET", "k", null]],
    ["has a nested argument", "/", ["SET", "k", ["v"]]],
    ["is a pipeline of no commands", "/pipeline", []],
    ["is a pipeline of no lists", "/pipeline", ["PING"]],
    ["is a transaction of no commands", "/multi-exec", []],
  ])("because it %s is answered 400", async (_, path, body) => {
    expect(await post(path, body)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/^ERR /) },
    });
  });

  test("because of its method is answered 405", async () => {
    const headers = { Authorization: `Bearer ${service.token}` };
    expect((await fetch(service.url, { headers })).status).toBe(405);
    expect((await fetch(`${service.url}/pipeline`, { headers, method: "DELETE" })).status).toBe(405);
  });

  test("because it is too large is answered 413, announced or not", async () => {
    const large = `["SET","k","${"x".repeat(11 * 1024 * 1024)}"]`;
    expect((await post("/", large)).status).toBe(413);
    const response = await fetch(service.url, {
      method: "POST",
      headers: { Authorization: `Bearer ${service.token}` },
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(response.status).toBe(413);
  });

  test("because its sender goes away harms nobody", async () => {
    const { port } = service.gateway;
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${service.token}\r\nContent-Length: 99\r\n\r\n["SET"`,
    );
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.destroy();
    expect((await post("/", ["PING"])).status).toBe(200);
  });
});

describe("a pipeline", () => {
  test("runs in order, and goes on after an error in its place", async () => {
    const commands = [["SET", "k", "v"], ["INCR", "k"], ["SELECT", 1], ["SET", "k", null], [], ["GET", "k"]];
    expect(await post("/pipeline", commands)).toMatchObject({
      status: 200,
      body: [
        { result: "OK" },
        { error: "ERR value is not an integer or out of range" },
        { error: expect.stringContaining("'SELECT'") },
        { error: expect.stringContaining("arguments") },
        { error: "ERR empty command" },
        { result: "v" },
      ],
    });
  });
});

describe("a transaction", () => {
  test("answers its replies, with runtime errors in their places", async () => {
    expect(
      await post("/multi-exec", [
        ["SET", "k", "v"],
        ["INCR", "k"],
        ["GET", "k"],
      ]),
    ).toMatchObject({
      status: 200,
      body: [{ result: "OK" }, { error: "ERR value is not an integer or out of range" }, { result: "v" }],
    });
  });

  test("keeps bytes that are not UTF-8", async () => {
    const { body } = await post("/multi-exec", [["EVAL", "return '\\255\\0'", 0]], {
      "Upstash-Encoding": "base64",
    });
    expect(Buffer.from(body[0].result, "base64")).toEqual(Buffer.from([255, 0]));
  });

  test("is discarded whole where a command cannot be queued, and leaves the connection usable", async () => {
    for (const bad of [["NOSUCH"], ["GET"], ["SUBSCRIBE", "news"], ["SET", "k", null]]) {
      const answer = await post("/multi-exec", [["SET", "k", "v"], bad]);
      expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(/^EXECABORT /) } });
      expect((await post("/", ["EXISTS", "k"])).body).toEqual({ result: 0 });
    }
  });

  test("is atomic: no other request comes between its commands", async () => {
    const transactions = Array.from({ length: 200 }, () =>
      post("/multi-exec", [
        ["INCR", "n"],
        ["INCR", "n"],
        ["INCR", "n"],
      ]),
    );
    const others = Array.from({ length: 200 }, (_, i) =>
      post(i % 2 ? "/" : "/pipeline", i % 2 ? ["INCR", "n"] : [["INCR", "n"]]),
    );
    for (const { body } of await Promise.all(transactions)) {
      const [first, second, third] = body.map(({ result }: { result: number }) => result);
      expect([second - first, third - second]).toEqual([1, 1]);
    }
    await Promise.all(others);
    expect((await post("/", ["GET", "n"])).body).toEqual({ result: "800" });
  });
});
