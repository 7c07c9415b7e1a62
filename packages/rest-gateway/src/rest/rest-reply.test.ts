import { ErrorReply } from "redis";
import { expect, test } from "vitest";
import type { RedisReply } from "../redis/redis-reply.ts";
import { encodeReply } from "./rest-reply.ts";

const text = (value: string) => Buffer.from(value);
const base64 = (reply: RedisReply) => JSON.parse(encodeReply(reply, "base64"));

test("in base64 every string is encoded but an OK at the top", () => {
  expect(base64(text("OK"))).toBe("OK");
  expect(base64(text("PONG"))).toBe("UE9ORw==");
  expect(base64([text("OK")])).toEqual(["T0s="]);
  expect(base64([[text("OK"), text("")]])).toEqual([["T0s=", ""]]);
});

test("bytes that are not UTF-8 survive in base64 and are replaced in plain text", () => {
  const bytes = Buffer.from([0xff, 0x00, 0x80]);
  expect(Buffer.from(base64(bytes), "base64")).toEqual(bytes);
  expect(JSON.parse(encodeReply(bytes, "utf8"))).toBe("\ufffd\u0000\ufffd");
});

test("integers and null stay as they are, beyond 2^53 too", () => {
  expect(encodeReply(["9223372036854775807", "-1", null], "base64")).toBe("[9223372036854775807,-1,null]");
});

test("an error inside a result is its text", () => {
  expect(encodeReply([new ErrorReply("ERR no")], "utf8")).toBe('["ERR no"]');
});
