import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { drainable } from "../processes/drainable";
import { listen } from "../processes/listen";
import { hasBearerToken } from "./bearer-token";
import { readBody } from "./read-body";
import { connectRedis, RedisUnreachable } from "./redis-connection";
import { REST_ENDPOINTS } from "./rest-endpoints";
import { RestProblem } from "./rest-problem";

export type RestGateway = {
  readonly url: string;
  readonly port: number;
  /** Requests with a valid token so far. */
  readonly requests: number;
  /** Commands sent to Redis so far. */
  readonly commands: number;
  /** Takes no more requests, answers the open ones, and ends. */
  close(): Promise<void>;
};

export type RestGatewayOptions = {
  /** 0: the system's choice. */
  port: number;
  host?: string;
  token: string;
  redisUrl: string;
  say?: (line: string) => void;
};

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
const DRAIN_LIMIT_MS = 3_000;

/**
 * The Upstash Redis REST protocol before any Redis, as far as @upstash/redis speaks it: single commands, pipelines and
 * transactions. Starts whether or not Redis can be reached: while it cannot, every request is answered 503 at once.
 */
export async function startRestGateway(options: RestGatewayOptions): Promise<RestGateway> {
  const { token, redisUrl, host = "127.0.0.1", say = () => {} } = options;
  const redis = connectRedis(redisUrl, say);
  const count = { requests: 0, commands: 0 };
  const counting = {
    ...redis,
    send(args: readonly string[]) {
      count.commands++;
      return redis.send(args);
    },
  };

  const server = createServer(async (request, response) => {
    if (!hasBearerToken(request.headers.authorization, token)) {
      return answer(response, 401, errorBody("WRONGPASS invalid or missing auth token"));
    }
    // Any string that is new each time will do: one Redis reads its own writes anyway.
    response.setHeader("Upstash-Sync-Token", `${startedAt}-${++count.requests}`);
    try {
      const endpoint = endpointOf(request, response);
      const body = parseJson(await readBody(request, BODY_LIMIT_BYTES));
      const form = request.headers["upstash-encoding"] === "base64" ? "base64" : "utf8";
      answer(response, 200, await endpoint(body, counting, form));
    } catch (error) {
      const { status, message } = problemOf(error);
      answer(response, status, errorBody(message));
    }
  });
  const startedAt = Date.now();
  // A client must be the first to give up an idle connection: one we close while its request is on the way is a lost
  // answer, which it may send again. undici keeps them for 4 s, or as long as the Keep-Alive header allows, less 1 s.
  server.keepAliveTimeout = 120_000;
  server.headersTimeout = 125_000;
  const close = drainable(server);
  const port = await listen(server, options.port, host).catch(async (error: unknown) => {
    await redis.close(0);
    throw error;
  });

  await redis.attempted;

  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    get requests() {
      return count.requests;
    },
    get commands() {
      return count.commands;
    },
    async close() {
      await close(DRAIN_LIMIT_MS);
      await redis.close(DRAIN_LIMIT_MS);
    },
  };
}

function endpointOf(request: IncomingMessage, response: ServerResponse) {
  const [path = ""] = (request.url ?? "").split("?");
  const endpoint = REST_ENDPOINTS.get(path);
  if (!endpoint) throw new RestProblem(404, "ERR no such endpoint");
  if (request.method === "POST") return endpoint;
  response.setHeader("Allow", "POST");
  throw new RestProblem(405, "ERR this endpoint takes POST");
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The parser's own words would quote the body.
    throw new RestProblem(400, "ERR failed to parse the body: not JSON");
  }
}

function problemOf(error: unknown): { status: number; message: string } {
  if (error instanceof RestProblem) return error;
  if (error instanceof RedisUnreachable) return { status: 503, message: error.message };
  return { status: 500, message: "ERR internal error" };
}

function errorBody(error: string): string {
  return JSON.stringify({ error });
}

function answer(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(json);
}
