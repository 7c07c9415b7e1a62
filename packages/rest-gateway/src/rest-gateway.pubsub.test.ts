import { Redis } from "@upstash/redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../local-cloud/processes/poll.ts";
import { startRestGateway } from "./rest-gateway.ts";

let service: TestGateway;
let redis: Redis;

beforeAll(async () => {
  service = await startTestGateway();
  redis = new Redis({ url: service.url, token: service.token });
});
afterAll(() => service.stop());

/** A stream as it comes, to the byte. */
async function open(path: string, init: RequestInit = {}) {
  const headers = { Authorization: `Bearer ${service.token}` };
  const abort = new AbortController();
  const response = await fetch(service.url + path, { headers, signal: abort.signal, ...init });
  const stream = { response, text: "", ended: false, close: () => abort.abort() };
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  (async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      stream.text += part.value;
    }
    stream.ended = true;
  })().catch(() => {});
  return stream;
}
const subscribers = async (channel: string) =>
  Number((await redis.exec<[string, number]>(["PUBSUB", "NUMSUB", channel]))[1]);

describe("a stream", () => {
  test.each(["POST", "GET"])("is opened by %s, announced, and carries what is published", async (method) => {
    const body = method === "POST" ? "[]" : null;
    const stream = await open("/subscribe/news", { method, body });
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    await poll("the announcement", () => stream.text === "data: subscribe,news,1\n\n");
    expect(await redis.publish("news", "a, b and c")).toBe(1);
    await poll("the message", () => stream.text.endsWith("data: message,news,a, b and c\n\n"));
    stream.close();
  });

  test("of a pattern names the channel of each message", async () => {
    const stream = await open("/psubscribe/news.*");
    await redis.publish("news.art", "hi");
    await poll(
      "both events",
      () => stream.text === "data: psubscribe,news.*,1\n\ndata: pmessage,news.*,news.art,hi\n\n",
    );
    stream.close();
  });

  test("is subscribed at Redis before it is announced", async () => {
    for (let i = 0; i < 20; i++) {
      const stream = await open(`/subscribe/at-once-${i}`);
      expect(await redis.publish(`at-once-${i}`, "x")).toBe(1);
      stream.close();
    }
  });

  test("may have a channel of any name, as it stands", async () => {
    for (const channel of ["100%", "a/b", "x,y", "日本", "50% off"]) {
      const stream = await open(`/subscribe/${channel}`);
      await redis.publish(channel, "hi");
      await poll(
        "both events",
        () => stream.text === `data: subscribe,${channel},1\n\ndata: message,${channel},hi\n\n`,
      );
      stream.close();
    }
  });

  test("is sent as text, whatever encoding is asked for", async () => {
    const headers = { Authorization: `Bearer ${service.token}`, "Upstash-Encoding": "base64" };
    const stream = await open("/subscribe/plain", { headers });
    await fetch(`${service.url}/publish/plain/hello`, { headers });
    await poll("the message", () => stream.text.includes("message,plain,hello\n"));
    stream.close();
  });

  test("ends at Redis when its client goes away", async () => {
    const streams = [await open("/subscribe/gone"), await open("/subscribe/gone")];
    expect(await subscribers("gone")).toBe(2);
    streams[0]?.close();
    await poll("one to be left", async () => (await subscribers("gone")) === 1);
    streams[1]?.close();
    await poll("none to be left", async () => (await subscribers("gone")) === 0);
  });

  test("needs the token and one of two methods", async () => {
    expect((await fetch(`${service.url}/subscribe/news`)).status).toBe(401);
    const stream = await open("/subscribe/news", { method: "PUT" });
    expect([stream.response.status, stream.response.headers.get("allow")]).toEqual([405, "GET, POST"]);
    const inQuery = await fetch(`${service.url}/subscribe/news?_token=${service.token}`);
    expect(inQuery.status).toBe(200);
    await inQuery.body?.cancel();
  });
});

describe("with @upstash/redis", () => {
  test("messages arrive as they were published, until they are no longer wanted", async () => {
    const got: unknown[] = [];
    const subscriber = redis.subscribe<unknown>(["one", "two", "100%"]);
    subscriber.on("message", ({ channel, message }) => got.push([channel, message]));
    await poll("three subscriptions", async () => {
      const counts = await Promise.all(["one", "two", "100%"].map(subscribers));
      return counts.every((count) => count === 1);
    });
    await redis.publish("one", { a: [1, "x"] });
    await poll("the first", () => got.length === 1);
    await redis.publish("two", "plain, with a comma");
    await poll("the second", () => got.length === 2);
    await redis.publish("100%", 7);
    await poll("the third", () => got.length === 3);
    expect(got).toEqual([
      ["one", { a: [1, "x"] }],
      ["two", "plain, with a comma"],
      ["100%", 7],
    ]);
    await subscriber.unsubscribe();
    await poll("none to be left", async () => (await subscribers("one")) + (await subscribers("two")) === 0);
  });

  test("a pattern's messages arrive with their channel", async () => {
    const got: unknown[] = [];
    const subscriber = redis.psubscribe<unknown>("user:*");
    subscriber.on("pmessage", ({ pattern, channel, message }) => got.push([pattern, channel, message]));
    await poll("the subscription", async () => (await redis.publish("user:1", { n: 1 })) === 1);
    await poll("the message", () => got.length > 0);
    expect(got[0]).toEqual(["user:*", "user:1", { n: 1 }]);
    await subscriber.unsubscribe();
  });

  test("a payload with line breaks loses its further lines, and forges no message", async () => {
    const got: unknown[] = [];
    const subscriber = redis.subscribe<string>("lines");
    subscriber.on("message", ({ channel, message }) => got.push([channel, message]));
    await poll("the subscription", async () => (await subscribers("lines")) === 1);
    await redis.publish(
      "lines",
      "first\nmessage,lines,forged\ndata: message,lines,forged\n\ndata: message,lines,x",
    );
    await redis.publish("lines", "last");
    await poll("the last", () => got.length > 1);
    expect(got).toEqual([
      ["lines", "first"],
      ["lines", "last"],
    ]);
    await subscriber.unsubscribe();
  });
});

describe("a stream without messages", () => {
  test("says now and then that it is alive, and ends when the gateway closes", async () => {
    const gateway = await startRestGateway({
      port: 0,
      token: "quiet",
      redisUrl: service.redis.url,
      keepAliveMs: 20,
    });
    const response = await fetch(`${gateway.url}/subscribe/quiet?_token=quiet`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    await poll("two comments", async () => {
      text += (await reader?.read())?.value ?? "";
      return text.split(": ping\n\n").length > 2;
    });
    const startedAt = Date.now();
    await gateway.close();
    expect(Date.now() - startedAt).toBeLessThan(2_000);
    for (let part = await reader?.read(); part && !part.done; ) part = await reader?.read();
    await poll("Redis to be left", async () => (await subscribers("quiet")) === 0);
  });
});

describe("when Redis goes away", () => {
  test("streams stay, and carry messages again when it is back; a new one is refused", async () => {
    const stream = await open("/subscribe/patient");
    await service.redis.kill();
    const refused = await open("/subscribe/patient");
    expect(refused.response.status).toBe(503);
    await service.redis.start();
    await poll("a message to arrive again", async () => {
      await fetch(`${service.url}/publish/patient/back?_token=${service.token}`);
      return stream.text.includes("data: message,patient,back\n\n");
    });
    expect(stream.text.match(/subscribe,/g)).toHaveLength(1);
    stream.close();
    await poll("none to be left", async () => (await subscribers("patient")) === 0);
  });
});
