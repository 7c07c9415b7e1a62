import { createServer, type ServerResponse } from "node:http";
import { listen } from "./http-server.ts";
import { connectRedis } from "./redis/connect-redis.ts";
import { type RedisConnection, RedisUnreachable } from "./redis/redis-connection.ts";
import { answerPreflight, CROSS_ORIGIN_HEADERS } from "./rest/cross-origin.ts";
import { answerError, type RestAnswer } from "./rest/rest-answer.ts";
import { RestProblem } from "./rest/rest-problem.ts";
import { answerRequest, isAuthorized, requireMethod } from "./rest/rest-request.ts";
import { readStreamTarget, streamSubscription } from "./rest/rest-subscription.ts";
import { parseRestUrl } from "./rest/rest-url.ts";

export type RestGateway = {
  readonly url: string;
  readonly port: number;
  /** Requests with a valid token so far. */
  readonly requests: number;
  /** Commands sent to Redis so far. */
  readonly commands: number;
  /** Takes no more requests, answers the open ones, ends the streams, and ends. */
  close(): Promise<void>;
};

export type RestGatewayOptions = {
  /** 0: the system's choice. */
  port: number;
  host?: string;
  token: string;
  /** What connect-redis.ts understands. */
  redisUrl: string;
  say?: (line: string) => void;
  /** How often a stream without messages says that it is alive. */
  keepAliveMs?: number;
};

const DRAIN_LIMIT_MS = 3_000;
/** Of every answer to a request with a valid token. */
const ANSWER_HEADERS = [...CROSS_ORIGIN_HEADERS, "Cache-Control", "no-store"];

/**
 * The Upstash Redis REST protocol before any Redis: single commands (as JSON or as a path), pipelines, transactions,
 * and subscriptions as server-sent events. https://upstash.com/docs/redis/features/restapi
 * Starts whether or not Redis can be reached: while it cannot, every request is answered 503 at once.
 */
export async function startRestGateway(options: RestGatewayOptions): Promise<RestGateway> {
  const { token, redisUrl, host = "127.0.0.1", say = () => {}, keepAliveMs = 15_000 } = options;
  const redis = connectRedis(redisUrl, say);
  const count = { requests: 0, commands: 0 };
  const counting = countCommands(redis, (sent) => {
    count.commands += sent;
  });
  const startedAt = Date.now();
  const streams = new Set<() => void>();
  let closing = false;

  const server = createServer(async (request, response) => {
    if (request.method === "OPTIONS") return answerPreflight(response);
    const url = parseRestUrl(request.url ?? "");
    if (!isAuthorized(request, url, token)) {
      return send(
        response,
        answerError(401, "WRONGPASS invalid or missing auth token"),
        CROSS_ORIGIN_HEADERS,
      );
    }
    // Any string that is new each time will do: one Redis reads its own writes anyway.
    const syncToken = `${startedAt}-${++count.requests}`;
    const headers = [...ANSWER_HEADERS, "Upstash-Sync-Token", syncToken];
    try {
      const target = readStreamTarget(url);
      if (!target) return send(response, await answerRequest(request, url, counting), headers);
      requireMethod(request, ["GET", "POST"]);
      // A body is allowed and ignored; unread, it would keep the connection from its end.
      request.resume();
      const end = await streamSubscription(target, redis, { response, headers, keepAliveMs });
      if (closing) return end();
      streams.add(end);
      response.on("close", () => streams.delete(end));
    } catch (error) {
      const { status, message, allow } = problemOf(error);
      send(response, answerError(status, message), allow ? [...headers, "Allow", allow] : headers);
    }
  });
  // A client must be the first to give up an idle connection: one we close while its request is on the way is a lost
  // answer, which it may send again. undici keeps them for 4 s, or as long as the Keep-Alive header allows, less 1 s.
  server.keepAliveTimeout = 120_000;
  server.headersTimeout = 125_000;
  const { port, close } = await listen(server, options.port, host).catch(async (error: unknown) => {
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
      closing = true;
      const closed = close(DRAIN_LIMIT_MS);
      for (const end of streams) end();
      await closed;
      await redis.close(DRAIN_LIMIT_MS);
    },
  };
}

function countCommands(redis: RedisConnection, add: (sent: number) => void): RedisConnection {
  return {
    ...redis,
    send(commands, replyTypes) {
      add(commands.length);
      return redis.send(commands, replyTypes);
    },
    transact(commands) {
      add(commands.length + 2); // MULTI and EXEC
      return redis.transact(commands);
    },
  };
}

function problemOf(error: unknown): { status: number; message: string; allow?: string | undefined } {
  if (error instanceof RestProblem) return error;
  if (error instanceof RedisUnreachable) return { status: 503, message: error.message };
  return { status: 500, message: "ERR internal error" };
}

// One list for all headers, names and values in turn, is what Node takes at the least cost.
function send(
  response: ServerResponse,
  { status, contentType, body }: RestAnswer,
  headers: readonly string[],
): void {
  const length = `${Buffer.byteLength(body)}`;
  response.writeHead(status, [...headers, "Content-Type", contentType, "Content-Length", length]);
  response.end(body);
}
