import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";

let service: TestGateway;

beforeAll(async () => {
  service = await startTestGateway();
});
beforeEach(() => ask("/flushall"));
afterAll(() => service.stop());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${service.token}`, ...init.headers };
  return fetch(service.url + path, { ...init, headers });
}
const resultOf = async (path: string, init?: RequestInit) => (await (await ask(path, init)).json()).result;

describe("a command as a path", () => {
  test.each(["GET", "POST", "PUT"])("is run by %s", async (method) => {
    expect(await resultOf("/set/foo/bar", { method })).toBe("OK");
    expect(await resultOf("/get/foo", { method })).toBe("bar");
  });

  test("is run by HEAD, which answers no body", async () => {
    const response = await ask("/set/foo/bar", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(await resultOf("/get/foo")).toBe("bar");
  });

  test("takes the body as one more argument, byte by byte, and then the query", async () => {
    const body = Buffer.from([0xff, 0x00, 0x0a, 0x25]);
    expect(await resultOf("/set/foo?EX=100&NX", { method: "POST", body })).toBe("OK");
    expect(await resultOf("/ttl/foo")).toBeGreaterThan(90);
    const base64 = { "Upstash-Encoding": "base64" };
    expect(Buffer.from(await resultOf("/get/foo", { headers: base64 }), "base64")).toEqual(body);
  });

  test("without a body has no more argument", async () => {
    expect(await resultOf("/incr/n", { method: "POST" })).toBe(1);
  });

  test("may have any key", async () => {
    for (const key of ["100%", "a/b", "日本", "", "a b"]) {
      await ask(`/set/${encodeURIComponent(key)}/v`);
      expect((await (await ask("/keys/*")).json()).result).toEqual([key]);
      await ask("/flushall");
    }
    await ask("/set/100%/v");
    expect(await resultOf("/get/100%25")).toBe("v");
  });

  test("fails as any command does", async () => {
    expect(await (await ask("/incr/k/x")).json()).toEqual({
      error: expect.stringMatching(/^ERR wrong number of arguments/),
    });
    for (const denied of ["/monitor", "/select/1", "/subscribe", "/MULTI"]) {
      const response = await ask(denied);
      expect([response.status, (await response.json()).error]).toEqual([
        400,
        expect.stringContaining("not available"),
      ]);
    }
  });

  test("by another method is answered 405", async () => {
    const response = await ask("/set/foo/bar", { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, POST, PUT"]);
    expect(await resultOf("/exists/foo")).toBe(0);
  });
});

describe("the token in the query", () => {
  test("is enough", async () => {
    const response = await fetch(`${service.url}/ping?_token=${service.token}`);
    expect(await response.json()).toEqual({ result: "PONG" });
  });

  test.each(["?_token=wrong", "?_token=", "?_token", "?token=x"])("%s is not", async (query) => {
    expect((await fetch(`${service.url}/ping${query}`)).status).toBe(401);
  });

  test("does not help where the header has a wrong one", async () => {
    const headers = { Authorization: "Bearer wrong" };
    const response = await fetch(`${service.url}/ping?_token=${service.token}`, { headers });
    expect(response.status).toBe(401);
  });
});

describe("a page of another origin", () => {
  test("may send its preflight request, without a token", async () => {
    const response = await fetch(service.url, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toContain("Authorization");
  });

  test("may read every answer", async () => {
    for (const response of [await ask("/ping"), await ask("/nosuch"), await fetch(service.url)]) {
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
    }
  });
});

describe("the resp2 format", () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Upstash-Response-Format": "resp2", ...headers },
    });
  const textOf = async (response: Response) => Buffer.from(await response.arrayBuffer()).toString("latin1");

  test("is Redis' own bytes", async () => {
    const response = await post("/", ["EVAL", "return {'\\255\\0', 9007199254740992, {ok='FINE'}}", 0]);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(await textOf(response)).toBe("*3\r\n$2\r\n\xff\0\r\n:9007199254740992\r\n+FINE\r\n");
  });

  test("of a pipeline is one reply after the other, errors among them", async () => {
    const response = await post("/pipeline", [
      ["SET", "k", "v"],
      ["INCR", "k"],
      ["GET", "k"],
      ["GET", "none"],
    ]);
    expect(response.status).toBe(200);
    expect(await textOf(response)).toBe(
      "+OK\r\n-ERR value is not an integer or out of range\r\n$1\r\nv\r\n$-1\r\n",
    );
  });

  test("of an error is answered 400", async () => {
    const response = await post("/", ["NOSUCH"]);
    expect([response.status, await textOf(response)]).toEqual([
      400,
      expect.stringMatching(/^-ERR unknown command/),
    ]);
  });

  test("is not for transactions, which are answered in JSON", async () => {
    expect(await (await post("/multi-exec", [["SET", "k", "v"]])).json()).toEqual([{ result: "OK" }]);
  });

  test("cannot be had in base64, and no other format exists", async () => {
    expect((await post("/", ["PING"], { "Upstash-Encoding": "base64" })).status).toBe(400);
    expect((await post("/", ["PING"], { "Upstash-Response-Format": "resp3" })).status).toBe(400);
    expect((await post("/", ["PING"], { "Upstash-Response-Format": "json" })).status).toBe(200);
  });
});

test("integers beyond 2^53 are all there in the answer, and strings of digits stay strings", async () => {
  await ask("/set/n/9007199254740993");
  expect(await (await ask("/incr/n")).text()).toBe('{"result":9007199254740994}');
  expect(await (await ask("/get/n")).text()).toBe('{"result":"9007199254740994"}');
});
