import type { RedisCommand } from "./redis-connection.ts";

/** Whether a command runs a script or a function, which may take as long as it likes. */
export function isScript([name = ""]: RedisCommand): boolean {
  return /^(?:EVAL|EVALSHA|FCALL)(?:_RO)?$/i.test(name.toString());
}

/** `SCRIPT KILL` and `FUNCTION KILL`, which end the one that runs. */
export function isKill([name = "", subcommand = ""]: RedisCommand): boolean {
  return /^(?:SCRIPT|FUNCTION)$/i.test(name.toString()) && /^KILL$/i.test(subcommand.toString());
}
