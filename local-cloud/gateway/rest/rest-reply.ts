import { ErrorReply } from "redis";
import { isInteger, type RedisReply } from "../redis/redis-reply";

export type TextForm = "utf8" | "base64";

const OK = Buffer.from("OK");

/**
 * The JSON text of a reply's `result`. In base64 every string is encoded, but for an OK at the top: the client's
 * decoder leaves that one as it is, and only there.
 */
export function encodeReply(reply: RedisReply, form: TextForm): string {
  const isOk = reply === "OK" || (Buffer.isBuffer(reply) && reply.equals(OK));
  return isOk ? '"OK"' : encodeItem(reply, form);
}

function encodeItem(reply: RedisReply, form: TextForm): string {
  if (reply === null) return "null";
  if (Array.isArray(reply)) return `[${reply.map((item) => encodeItem(item, form)).join(",")}]`;
  if (typeof reply === "string" && isInteger(reply)) return reply;
  return JSON.stringify(bytesOf(reply).toString(form));
}

function bytesOf(reply: string | Buffer | ErrorReply): Buffer {
  if (Buffer.isBuffer(reply)) return reply;
  // An error inside a result (a script that returns a table with one) has no shape of its own: its text.
  return Buffer.from(reply instanceof ErrorReply ? reply.message : reply);
}
