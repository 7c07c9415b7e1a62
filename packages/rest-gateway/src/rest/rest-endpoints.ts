import { ErrorReply } from "redis";
import { type RedisCommand, type RedisConnection, RedisUnreachable } from "../redis/redis-connection.ts";
import { JSON_REPLIES, RESP2_REPLIES, type ReplyTypes } from "../redis/redis-reply.ts";
import { answerOutcome, answerOutcomes, type RestAnswer, type RestFormat } from "./rest-answer.ts";
import { checkCommand, parseCommand, parseCommands, type RestCommand } from "./rest-command.ts";
import { RestProblem } from "./rest-problem.ts";

/** Runs the commands of one request's body (parsed JSON). */
export type RestEndpoint = (body: unknown, redis: RedisConnection, format: RestFormat) => Promise<RestAnswer>;

/** POST with a JSON body, path by path. https://upstash.com/docs/redis/features/restapi */
export const REST_ENDPOINTS: ReadonlyMap<string, RestEndpoint> = new Map([
  ["/", runCommand],
  ["/pipeline", runPipeline],
  ["/multi-exec", runTransaction],
]);

/** One command that came as the path's segments. */
export function runPathCommand(
  command: RedisCommand,
  redis: RedisConnection,
  format: RestFormat,
): Promise<RestAnswer> {
  return runOne(checkCommand(command), redis, format);
}

function runCommand(body: unknown, redis: RedisConnection, format: RestFormat): Promise<RestAnswer> {
  return runOne(parseCommand(body), redis, format);
}

async function runOne(command: RestCommand, redis: RedisConnection, format: RestFormat): Promise<RestAnswer> {
  if (command instanceof ErrorReply) return answerOutcome(command, format);
  const [outcome = null] = await redis.send([command], replyTypesOf(format));
  return answerOutcome(outcome, format);
}

/** In order and not atomic: a command that fails is an error in its place, and the others run. */
async function runPipeline(body: unknown, redis: RedisConnection, format: RestFormat): Promise<RestAnswer> {
  const commands = parseCommands(body);
  const accepted = commands.flatMap((command) => (command instanceof ErrorReply ? [] : [command]));
  const sent = accepted.length > 0 ? await redis.send(accepted, replyTypesOf(format)) : [];
  let next = 0;
  const outcomes =
    accepted.length === commands.length
      ? sent
      : commands.map((command) => (command instanceof ErrorReply ? command : (sent[next++] ?? null)));
  const lost = sent.find((outcome) => outcome instanceof RedisUnreachable);
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
    if (!(command instanceof ErrorReply)) return command;
    throw new RestProblem(400, `EXECABORT Transaction discarded because of: ${command.message}`);
  });
  const jsonFormat = format === "resp2" ? "utf8" : format;
  const outcome = await redis.transact(commands);
  return outcome instanceof Error ? answerOutcome(outcome, jsonFormat) : answerOutcomes(outcome, jsonFormat);
}

function replyTypesOf(format: RestFormat): ReplyTypes {
  return format === "resp2" ? RESP2_REPLIES : JSON_REPLIES;
}
