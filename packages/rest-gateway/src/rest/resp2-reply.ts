import type { RedisOutcome } from "../redis/redis-connection.ts";
import { isInteger } from "../redis/redis-reply.ts";

/**
 * A reply in RESP2, as Redis sent it; only an absent list (`*-1`) has become an absent string (`$-1`), which all
 * clients read as null. https://redis.io/docs/latest/develop/reference/protocol-spec
 */
export function encodeResp2(reply: RedisOutcome): Buffer {
  if (reply === null) return Buffer.from("$-1\r\n");
  if (typeof reply === "string") return Buffer.from(`${isInteger(reply) ? ":" : "+"}${reply}\r\n`);
  // One line, as Redis makes it: a refusal of ours quotes the command's name, which may be anything.
  if (reply instanceof Error) return Buffer.from(`-${reply.message.replace(/[\r\n]+/g, " ")}\r\n`);
  if (Array.isArray(reply))
    return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(encodeResp2)]);
  return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, Buffer.from("\r\n")]);
}
