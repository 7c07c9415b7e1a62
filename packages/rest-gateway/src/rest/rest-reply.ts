import { isInteger, type RedisReply } from "../redis/redis-reply.ts";

export type TextForm = "utf8" | "base64";

/**
 * The JSON text of a reply's `result`. In base64 every string is encoded, but for an OK at the top: the client's
 * decoder leaves that one as it is, and only there.
 */
export function encodeReply(reply: RedisReply, form: TextForm): string {
  return form === "base64" && isOk(reply) ? '"OK"' : encodeItem(reply, form);
}

function encodeItem(reply: RedisReply, form: TextForm): string {
  if (reply === null) return "null";
  if (Buffer.isBuffer(reply)) return encodeText(reply, form);
  if (Array.isArray(reply)) return `[${reply.map((item) => encodeItem(item, form)).join(",")}]`;
  if (typeof reply === "string" && isInteger(reply)) return reply;
  // An error inside a result (a script that returns a table with one) has no shape of its own: its text.
  return encodeText(Buffer.from(typeof reply === "string" ? reply : reply.message), form);
}

function encodeText(bytes: Buffer, form: TextForm): string {
  // Of base64 no character needs an escape.
  return form === "base64" ? `"${bytes.toString("base64")}"` : JSON.stringify(bytes.toString("utf8"));
}

function isOk(reply: RedisReply): boolean {
  return Buffer.isBuffer(reply) && reply.length === 2 && reply.toString("latin1") === "OK";
}
