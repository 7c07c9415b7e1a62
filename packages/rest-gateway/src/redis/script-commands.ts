import type { RedisCommand } from "./redis-connection.ts";

const SCRIPTS = new Set(["EVAL", "EVAL_RO", "EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO"]);

/** Whether a command runs a script or a function, which may take as long as it likes. */
export function isScript([name = ""]: RedisCommand): boolean {
  return SCRIPTS.has(name.toString().toUpperCase());
}

/** `SCRIPT KILL` and `FUNCTION KILL`, which end the one that runs. */
export function isKill([name = "", subcommand = ""]: RedisCommand): boolean {
  const word = name.toString().toUpperCase();
  return (word === "SCRIPT" || word === "FUNCTION") && subcommand.toString().toUpperCase() === "KILL";
}
