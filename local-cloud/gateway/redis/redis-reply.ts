import { type ErrorReply, RESP_TYPES } from "redis";

/** A reply as a connection hands it over: bulk strings as bytes, integers as their decimal digits, statuses as text. */
export type RedisReply = null | string | Buffer | ErrorReply | RedisReply[];

/** How node-redis must decode replies to give a `RedisReply`. Through strings, binary values would be damaged. */
export const REPLY_TYPES = {
  [RESP_TYPES.BLOB_STRING]: Buffer,
  // The one thing that tells "+OK" from "$2 OK" in a RESP2 answer.
  [RESP_TYPES.SIMPLE_STRING]: String,
  // Digits, because a JavaScript number rounds beyond 2^53.
  [RESP_TYPES.NUMBER]: String,
};

/** Whether a reply's text is an integer and not a status. (A status of nothing but digits, which only a script can make, is taken for one.) */
export function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}
