import type { RedisArgument } from "redis";
import type { RedisCommand } from "./redis-connection.ts";

// All clients of the gateway share its connections to Redis, so a command that changes a connection's state, turns it
// into a stream or blocks it would reach every one of them. The service denies the same ones:
// https://upstash.com/docs/redis/features/restapi (only PING and ECHO of the Connection group).
const DENIED_FOR_THE_CONNECTION = [
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
];

// A token is for the data, all of it (FLUSHALL is a command of the service, too), and not for the server: nobody who
// has one shall stop it, load code into it, write its files, make it another's replica or read its password.
const DENIED_FOR_THE_SERVER = [
  ...[
    "SHUTDOWN",
    "DEBUG",
    "CONFIG",
    "MODULE",
    "ACL",
    "CLUSTER",
    "FAILOVER",
    "REPLICAOF",
    "SLAVEOF",
    "MIGRATE",
  ],
  ...["SAVE", "BGSAVE", "BGREWRITEAOF", "SLOWLOG", "COMMANDLOG", "LATENCY", "SYNC", "PSYNC", "REPLCONF"],
  ...["RESTORE-ASKING", "PFDEBUG", "PFSELFTEST"],
];

const DENIED = new Set([...DENIED_FOR_THE_CONNECTION, ...DENIED_FOR_THE_SERVER]);

/** Whether a command (`["GET", "key"]`, in any case) must not be forwarded to Redis. */
export function isDenied([name = "", ...rest]: RedisCommand): boolean {
  const given = typeof name === "string" ? name : name.toString("latin1");
  // No command's name has other characters, and Redis may find one behind them: its C strings end at a NUL byte.
  if (!/^[A-Za-z0-9._-]+$/.test(given)) return true;
  const word = given.toUpperCase();
  if (DENIED.has(word)) return true;
  if (word === "SCRIPT") return wordOf(rest[0] ?? "") === "DEBUG";
  return (word === "XREAD" || word === "XREADGROUP") && isBlocking(rest);
}

/** BLOCK is an option before STREAMS; a key behind that may have the name, and so may a group and its consumer. */
function isBlocking(args: readonly RedisArgument[]): boolean {
  const words = args.map(wordOf);
  const options = words[0] === "GROUP" ? words.slice(3) : words;
  const streams = options.indexOf("STREAMS");
  return options.slice(0, streams < 0 ? options.length : streams).includes("BLOCK");
}

/** As Redis reads an option: in any case, and as far as the first NUL byte. */
function wordOf(argument: RedisArgument): string {
  return argument.toString().replace(/\0.*$/s, "").toUpperCase();
}
