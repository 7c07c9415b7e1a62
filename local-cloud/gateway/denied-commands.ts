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
export function isDenied(args: readonly string[]): boolean {
  const [name = "", ...rest] = args.map((argument) => argument.toUpperCase());
  if (DENIED.has(name)) return true;
  // BLOCK is an option only before STREAMS; behind it a key may have that name.
  if (name === "XREAD" || name === "XREADGROUP")
    return rest.slice(0, rest.indexOf("STREAMS")).includes("BLOCK");
  return name === "SCRIPT" && rest[0] === "DEBUG";
}
