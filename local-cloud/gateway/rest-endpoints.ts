import { ErrorReply } from "redis";
import { type RedisConnection, RedisUnreachable } from "./redis-connection";
import { parseCommand, parseCommands, type RestCommand } from "./rest-command";
import { RestProblem } from "./rest-problem";
import { encodeReply, type RedisReply, type TextForm } from "./rest-reply";

/** Runs the commands of one request's body (parsed JSON) and resolves to the JSON text of the 200 answer. */
export type RestEndpoint = (body: unknown, redis: RedisConnection, form: TextForm) => Promise<string>;

/** POST, path by path. https://upstash.com/docs/redis/features/restapi */
export const REST_ENDPOINTS: ReadonlyMap<string, RestEndpoint> = new Map([
  ["/", runCommand],
  ["/pipeline", runPipeline],
  ["/multi-exec", runTransaction],
]);

async function runCommand(body: unknown, redis: RedisConnection, form: TextForm): Promise<string> {
  const outcome = await runOne(parseCommand(body), redis);
  if (outcome instanceof RedisUnreachable) throw outcome;
  if (outcome instanceof ErrorReply) throw new RestProblem(400, outcome.message);
  return encodeOutcome(outcome, form);
}

/** In order and not atomic: a command that fails is an error in its place, and the others run. */
async function runPipeline(body: unknown, redis: RedisConnection, form: TextForm): Promise<string> {
  const outcomes = await Promise.all(parseCommands(body).map((command) => runOne(command, redis)));
  const lost = outcomes.find((outcome) => outcome instanceof RedisUnreachable);
  if (lost && outcomes.every((outcome) => outcome instanceof Error)) throw lost;
  return encodeOutcomes(outcomes, form);
}

/** Atomic: all frames go out in one tick on the one connection, so nothing comes between MULTI and EXEC. */
async function runTransaction(body: unknown, redis: RedisConnection, form: TextForm): Promise<string> {
  const frames = parseCommands(body).map((command) => {
    if ("args" in command) return command.args;
    throw new RestProblem(400, `EXECABORT Transaction discarded because of: ${command.refusal}`);
  });
  const [begun, ...rest] = await Promise.all(
    [["MULTI"], ...frames, ["EXEC"]].map((args) => redis.send(args)),
  );
  const outcome = begun instanceof Error ? begun : rest.at(-1);
  if (outcome instanceof RedisUnreachable) throw outcome;
  if (outcome instanceof ErrorReply) throw new RestProblem(400, outcome.message);
  if (!Array.isArray(outcome)) throw new RestProblem(500, "ERR EXEC gave no list of replies");
  return encodeOutcomes(outcome, form);
}

async function runOne(command: RestCommand, redis: RedisConnection): Promise<RedisReply | RedisUnreachable> {
  return "refusal" in command ? new ErrorReply(command.refusal) : redis.send(command.args);
}

function encodeOutcomes(outcomes: readonly (RedisReply | RedisUnreachable)[], form: TextForm): string {
  return `[${outcomes.map((outcome) => encodeOutcome(outcome, form)).join(",")}]`;
}

function encodeOutcome(outcome: RedisReply | RedisUnreachable, form: TextForm): string {
  if (outcome instanceof Error) return JSON.stringify({ error: outcome.message });
  return `{"result":${encodeReply(outcome, form)}}`;
}
