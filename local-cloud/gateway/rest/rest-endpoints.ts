import { ErrorReply } from "redis";
import {
  type RedisCommand,
  type RedisConnection,
  type RedisOutcome,
  RedisUnreachable,
} from "../redis/redis-connection";
import { answerOutcome, answerOutcomes, type RestAnswer, type RestFormat } from "./rest-answer";
import { checkCommand, parseCommand, parseCommands, type RestCommand } from "./rest-command";
import { RestProblem } from "./rest-problem";

/** Runs the commands of one request's body (parsed JSON). */
export type RestEndpoint = (body: unknown, redis: RedisConnection, format: RestFormat) => Promise<RestAnswer>;

/** POST with a JSON body, path by path. https://upstash.com/docs/redis/features/restapi */
export const REST_ENDPOINTS: ReadonlyMap<string, RestEndpoint> = new Map([
  ["/", runCommand],
  ["/pipeline", runPipeline],
  ["/multi-exec", runTransaction],
]);

/** One command that came as the path's segments. */
export async function runPathCommand(
  command: RedisCommand,
  redis: RedisConnection,
  format: RestFormat,
): Promise<RestAnswer> {
  return answerOutcome(await runOne(checkCommand(command), redis), format);
}

async function runCommand(body: unknown, redis: RedisConnection, format: RestFormat): Promise<RestAnswer> {
  return answerOutcome(await runOne(parseCommand(body), redis), format);
}

/** In order and not atomic: a command that fails is an error in its place, and the others run. */
async function runPipeline(body: unknown, redis: RedisConnection, format: RestFormat): Promise<RestAnswer> {
  const outcomes = await Promise.all(parseCommands(body).map((command) => runOne(command, redis)));
  const lost = outcomes.find((outcome) => outcome instanceof RedisUnreachable);
  if (lost && outcomes.every((outcome) => outcome instanceof Error)) throw lost;
  return answerOutcomes(outcomes, format);
}

/** Atomic. The service answers transactions in JSON alone, whatever format is asked for. */
async function runTransaction(
  body: unknown,
  redis: RedisConnection,
  format: RestFormat,
): Promise<RestAnswer> {
  const commands = parseCommands(body).map((command) => {
    if ("args" in command) return command.args;
    throw new RestProblem(400, `EXECABORT Transaction discarded because of: ${command.refusal}`);
  });
  const jsonFormat = format === "resp2" ? "utf8" : format;
  const outcome = await redis.transact(commands);
  return outcome instanceof Error ? answerOutcome(outcome, jsonFormat) : answerOutcomes(outcome, jsonFormat);
}

async function runOne(command: RestCommand, redis: RedisConnection): Promise<RedisOutcome> {
  return "refusal" in command ? new ErrorReply(command.refusal) : redis.send(command.args);
}
