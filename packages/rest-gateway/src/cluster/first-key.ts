import type { RedisArgument } from "redis";
import type { RedisCommand } from "../redis/redis-connection.ts";

// Where a command's first key stands, where that is not right behind its name. A test compares this with what Redis
// says of all its commands (COMMAND). Only the first matters: where the others are in another slot, Redis says so.
const KEYLESS = new Set([
  ...["PING", "ECHO", "PUBLISH", "PUBSUB", "TIME", "INFO", "ROLE", "LOLWUT", "COMMAND", "CONFIG", "CLUSTER"],
  ...["DBSIZE", "FLUSHALL", "FLUSHDB", "KEYS", "SCAN", "RANDOMKEY", "SWAPDB", "SCRIPT", "FUNCTION", "ACL"],
  ...["SAVE", "BGSAVE", "BGREWRITEAOF", "LASTSAVE", "SLOWLOG", "LATENCY", "MODULE", "FAILOVER"],
  ...["REPLICAOF", "SLAVEOF"],
]);
const AT_2 = new Set(["OBJECT", "XINFO", "XGROUP", "BITOP"]);
const COUNT_AT_1 = new Set(["ZUNION", "ZINTER", "ZDIFF", "ZINTERCARD", "SINTERCARD", "LMPOP", "ZMPOP"]);
const COUNT_AT_2 = new Set(["EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO"]);

/** The first key of a command, by which a cluster finds the server for it; undefined where it has none. */
export function firstKey(command: RedisCommand): RedisArgument | undefined {
  const word = upperCase(command[0]);
  if (KEYLESS.has(word)) return undefined;
  if (AT_2.has(word)) return command[2];
  if (COUNT_AT_1.has(word)) return command[2];
  if (COUNT_AT_2.has(word)) return Number(command[2]) > 0 ? command[3] : undefined;
  if (word === "MEMORY") return upperCase(command[1]) === "USAGE" ? command[2] : undefined;
  if (word === "MIGRATE") return command[3];
  if (word !== "XREAD" && word !== "XREADGROUP") return command[1];
  const streams = command.findIndex((argument) => upperCase(argument) === "STREAMS");
  return streams < 0 ? undefined : command[streams + 1];
}

function upperCase(argument: RedisArgument = ""): string {
  return argument.toString().toUpperCase();
}
