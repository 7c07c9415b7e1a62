import { ErrorReply } from "redis";
import { isDenied } from "../redis/denied-commands.ts";
import type { RedisCommand } from "../redis/redis-connection.ts";
import { RestProblem } from "./rest-problem.ts";

/** A command to send to Redis, or the reason why this one is refused. */
export type RestCommand = RedisCommand | ErrorReply;

/** One command from parsed JSON: `["SET", "key", 1, true]`. Anything but an array is a problem of the whole request. */
export function parseCommand(json: unknown): RestCommand {
  if (!Array.isArray(json)) throw new RestProblem(400, "ERR a command must be a JSON array");
  const args = json.map(parseArgument);
  if (!args.every((argument) => argument !== undefined)) {
    return new ErrorReply("ERR arguments must be strings, numbers or booleans");
  }
  return checkCommand(args);
}

/** A list of commands from parsed JSON: an array of arrays, not empty. */
export function parseCommands(json: unknown): RestCommand[] {
  if (!Array.isArray(json)) throw new RestProblem(400, "ERR the body must be a JSON array of commands");
  if (json.length === 0) throw new RestProblem(400, "ERR empty pipeline");
  return json.map(parseCommand);
}

/** Refuses what must not reach Redis. */
export function checkCommand(args: RedisCommand): RestCommand {
  const [name] = args;
  if (name === undefined) return new ErrorReply("ERR empty command");
  if (isDenied(args)) return new ErrorReply(`ERR Command is not available over REST: '${name}'`);
  return args;
}

// null stands for undefined, NaN or Infinity in the caller's program: to store a word for it would hide the mistake.
function parseArgument(json: unknown): string | undefined {
  if (typeof json === "string") return json;
  return typeof json === "number" || typeof json === "boolean" ? String(json) : undefined;
}
