import { ErrorReply } from "redis";
import { expect, test } from "vitest";
import { encodeResp2 } from "./resp2-reply.ts";

test.each([
  ["a status", "OK", "+OK\r\n"],
  ["an integer", "-7", ":-7\r\n"],
  ["an integer beyond 2^53", "9223372036854775807", ":9223372036854775807\r\n"],
  ["a string, which may look like a status", Buffer.from("OK"), "$2\r\nOK\r\n"],
  ["an empty string", Buffer.alloc(0), "$0\r\n\r\n"],
  ["no value", null, "$-1\r\n"],
  ["an error", new ErrorReply("ERR no"), "-ERR no\r\n"],
  ["an error that quotes a line break", new ErrorReply("ERR 'a\r\n+OK'"), "-ERR 'a +OK'\r\n"],
  ["a list", ["1", [Buffer.from("é"), null], []], "*3\r\n:1\r\n*2\r\n$2\r\né\r\n$-1\r\n*0\r\n"],
])("%s", (_, reply, encoded) => {
  expect(encodeResp2(reply).toString()).toBe(encoded);
});

test("bytes that are not UTF-8 stay as they are", () => {
  const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a]);
  expect(encodeResp2(bytes)).toEqual(Buffer.concat([Buffer.from("$4\r\n"), bytes, Buffer.from("\r\n")]));
});
