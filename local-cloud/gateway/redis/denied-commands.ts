import type { RedisArgument } from "redis";
import type { RedisCommand } from "./redis-connection";

// All clients of the gateway share one connection to Redis, so a command that changes the connection's state, turns it
// into a stream, blocks it or ends the server would reach every one of them. The service denies the same ones:
// https://upstash.com/docs/redis/features/restapi (only PING and ECHO of the Connection group).
const DENIED = new Set([
  ...["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE", "MONITOR"],
  ...["MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH"],
  ...["SELECT", "AUTH", "HELLO", "RESET", "QUIT", "CLIENT", "ASKING", "READONLY", "READWRITE"],
  ...[
    "BLPOP",
    "BRPOP",
    "BLMOVE",
    "BLMPOP",
    "BRPOPLPUSH",
    "BZPOPMIN",
    "BZPOPMAX",
    "BZMPOP",
    "WAIT",
    "WAITAOF",
  ],
  ...["SHUTDOWN", "SYNC", "PSYNC", "REPLCONF", "DEBUG"],
]);

/** Whether a command (`["GET", "key"]`, in any case) must not be forwarded to Redis. */
export function isDenied([name = "", ...rest]: RedisCommand): boolean {
  const word = upperCase(name);
  if (DENIED.has(word)) return true;
  if (word === "SCRIPT") return upperCase(rest[0] ?? "") === "DEBUG";
  if (word !== "XREAD" && word !== "XREADGROUP") return false;
  // BLOCK is an option only before STREAMS; behind it a key may have that name.
  const options = rest.map(upperCase);
  return options.slice(0, options.indexOf("STREAMS")).includes("BLOCK");
}

function upperCase(argument: RedisArgument): string {
  return argument.toString().toUpperCase();
}
