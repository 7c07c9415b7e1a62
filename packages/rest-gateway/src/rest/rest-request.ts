import type { IncomingMessage } from "node:http";
import type { RedisConnection } from "../redis/redis-connection.ts";
import { hasBearerToken, isToken } from "./bearer-token.ts";
import { parseJson } from "./parse-json.ts";
import { readBody } from "./read-body.ts";
import { type RestAnswer, readFormat } from "./rest-answer.ts";
import { REST_ENDPOINTS, runPathCommand } from "./rest-endpoints.ts";
import { RestProblem } from "./rest-problem.ts";
import type { RestUrl } from "./rest-url.ts";

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
const PATH_METHODS = ["GET", "HEAD", "POST", "PUT"];

/** Runs what a request asks for: a JSON body at one of the endpoints, or a command as a path. */
export async function answerRequest(
  request: IncomingMessage,
  url: RestUrl,
  redis: RedisConnection,
): Promise<RestAnswer> {
  const format = readFormat(request.headers);
  const endpoint = REST_ENDPOINTS.get(url.path);
  requireMethod(request, endpoint ? ["POST"] : PATH_METHODS);
  const hasBody = request.method === "POST" || request.method === "PUT";
  const body = hasBody ? await readBody(request, BODY_LIMIT_BYTES) : Buffer.alloc(0);
  if (endpoint) return endpoint(parseJson(body.toString()), redis, format);
  const command = [...url.segments, ...(body.length > 0 ? [body] : []), ...url.parameters];
  return runPathCommand(command, redis, format);
}

/** By the Authorization header, or in its absence by `_token`. */
export function isAuthorized({ headers }: IncomingMessage, url: RestUrl, token: string): boolean {
  if (headers.authorization !== undefined) return hasBearerToken(headers.authorization, token);
  return url.token !== undefined && isToken(url.token, token);
}

/** A RestProblem 405 for any other method. */
export function requireMethod({ method }: IncomingMessage, allowed: readonly string[]): void {
  if (method && allowed.includes(method)) return;
  const names = allowed.join(", ");
  throw new RestProblem(405, `ERR this endpoint takes ${names}`, names);
}
