import { ErrorReply, RESP_TYPES } from "redis";

/** A reply as the connection hands it over: text as bytes, an integer as its decimal digits. */
export type RedisReply = null | string | Buffer | ErrorReply | RedisReply[];

/** How node-redis must decode replies to give a `RedisReply`. Through strings, binary values would be damaged. */
export const REPLY_TYPES = {
  [RESP_TYPES.BLOB_STRING]: Buffer,
  [RESP_TYPES.SIMPLE_STRING]: Buffer,
  // Digits, because a JavaScript number rounds beyond 2^53.
  [RESP_TYPES.NUMBER]: String,
};

export type TextForm = "utf8" | "base64";

const OK = Buffer.from("OK");

/**
 * The JSON text of a reply's `result`. In base64 every string is encoded, but for an OK at the top: the client's
 * decoder leaves that one as it is, and only there.
 */
export function encodeReply(reply: RedisReply, form: TextForm): string {
  return Buffer.isBuffer(reply) && reply.equals(OK) ? '"OK"' : encodeItem(reply, form);
}

function encodeItem(reply: RedisReply, form: TextForm): string {
  if (reply === null) return "null";
  if (typeof reply === "string") return reply;
  if (Array.isArray(reply)) return `[${reply.map((item) => encodeItem(item, form)).join(",")}]`;
  // An error inside a result (a script that returns a table with one) has no shape of its own: its text.
  const bytes = reply instanceof ErrorReply ? Buffer.from(reply.message) : reply;
  return JSON.stringify(bytes.toString(form));
}
