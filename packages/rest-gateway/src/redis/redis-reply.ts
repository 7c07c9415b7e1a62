import { type ErrorReply, RESP_TYPES } from "redis";

/** A reply as a connection hands it over: an integer as its decimal digits, other values as bytes. */
export type RedisReply = null | string | Buffer | ErrorReply | RedisReply[];

/** How node-redis decodes replies. Digits, because a JavaScript number rounds beyond 2^53; bytes, because text damages others. */
export type ReplyTypes = typeof JSON_REPLIES | typeof RESP2_REPLIES;

/** A status (`+OK`) and a bulk string (`$2 OK`) are both bytes: in JSON they are one. So text is always an integer. */
export const JSON_REPLIES = {
  [RESP_TYPES.BLOB_STRING]: Buffer,
  [RESP_TYPES.SIMPLE_STRING]: Buffer,
  [RESP_TYPES.NUMBER]: String,
} as const;

/** A status is text; it differs from a bulk string. One that a script made of digits alone is taken for an integer. */
export const RESP2_REPLIES = {
  [RESP_TYPES.BLOB_STRING]: Buffer,
  [RESP_TYPES.SIMPLE_STRING]: String,
  [RESP_TYPES.NUMBER]: String,
} as const;

/** Whether text is an integer as Redis writes it: without a plus sign and leading zeros. */
export function isInteger(text: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(text);
}
