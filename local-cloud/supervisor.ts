import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { hasBearerToken } from "./gateway/rest/bearer-token";
import type { GatewayStatus, RestartableGateway } from "./gateway/restartable-gateway";
import type { InstanceStatus } from "./instances/next-instance";
import type { NextInstances } from "./instances/next-instances";
import { drainable } from "./processes/drainable";
import { listen } from "./processes/listen";
import type { RedisServer, RedisState } from "./redis/redis-server";

/** What the supervisor may stop and start. Gateway and Redis are absent where the service is another's. */
export type SupervisedParts = {
  instances: NextInstances;
  gateway: RestartableGateway | undefined;
  redis: RedisServer | undefined;
};

/** The body of every 200 answer: how things are after the request. */
export type SupervisorStatus = {
  instances: InstanceStatus[];
  gateway: GatewayStatus | null;
  redis: { state: RedisState; port: number; pid: number | null } | null;
};

export type Supervisor = { readonly url: string; readonly token: string; close(): Promise<void> };

const DRAIN_LIMIT_MS = 1_000;

/**
 * A small control server for tests and the demo's own page, on loopback and behind a random bearer token:
 *
 *     GET  /status
 *     POST /instances                       one more
 *     POST /instances/NAME/start|stop|kill  resolved when it takes requests | has ended in order | is dead
 *     POST /gateway/start|stop
 *     POST /redis/start|stop|kill|pause|resume
 *
 * 200 with the status; 401; 404 for what does not exist; 500 `{"error"}` where it did not work.
 */
export async function startSupervisor(partsNow: () => SupervisedParts): Promise<Supervisor> {
  const token = randomBytes(24).toString("base64url");
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (!hasBearerToken(request.headers.authorization, token))
      return answer(401, { error: "wrong or missing token" });
    try {
      const parts = partsNow();
      const action = findAction(`${request.method} ${request.url}`, parts);
      if (!action) return answer(404, { error: "nothing of that name" });
      await action();
      answer(200, statusOf(parts));
    } catch (error) {
      answer(500, { error: error instanceof Error ? error.message : String(error) });
    }
  });
  const close = drainable(server);
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, token, close: () => close(DRAIN_LIMIT_MS) };
}

type Action = () => unknown;

function findAction(line: string, { instances, gateway, redis }: SupervisedParts): Action | undefined {
  if (line === "GET /status") return () => {};
  if (line === "POST /instances") return () => instances.add();
  const [, part = "", name = "", verb = ""] =
    /^POST \/(instances|gateway|redis)(?:\/([a-z]))?\/([a-z]+)$/.exec(line) ?? [];
  if (part === "instances") return pick(instances.find(name), verb, ["start", "stop", "kill"]);
  if (part === "gateway") return pick(gateway, verb, ["start", "stop"]);
  if (part === "redis") return pick(redis, verb, ["start", "stop", "kill", "pause", "resume"]);
  return undefined;
}

/** The method of that name, if it is among the allowed ones. */
function pick<Name extends string>(
  target: Record<Name, Action> | undefined,
  verb: string,
  allowed: readonly Name[],
): Action | undefined {
  const name = allowed.find((each) => each === verb);
  return target && name && (() => target[name]());
}

function statusOf({ instances, gateway, redis }: SupervisedParts): SupervisorStatus {
  return {
    instances: instances.all.map(({ status }) => status),
    gateway: gateway?.status ?? null,
    redis: redis ? { state: redis.state, port: redis.port, pid: redis.pid ?? null } : null,
  };
}
