import { setTimeout as pause } from "node:timers/promises";
import type { RestartableGateway } from "../gateway/restartable-gateway";
import type { NextInstance } from "../instances/next-instance";
import { MAX_INSTANCES, type NextInstances } from "../instances/next-instances";
import { poll } from "../processes/poll";
import type { RedisServer } from "../redis/redis-server";
import { ChaosRefused } from "./chaos-refused";
import { interrupt, type Stoppable } from "./interrupt";
import { rollingRestart } from "./rolling-restart";

/** What chaos actions are done to. Gateway and Redis are absent where the service is another's. */
export type Stage = {
  instances: NextInstances;
  gateway: RestartableGateway | undefined;
  redis: RedisServer | undefined;
  /** How long `stop-redis` and `lose-gateway` last. */
  outageMs: number;
  /** Resolves when the one who asks has an answer. */
  answered: Promise<unknown>;
  /** Aborted where the local cloud ends: nothing is started any more. */
  signal: AbortSignal;
};

export type ChaosActionName =
  | "stop-server"
  | "start-server"
  | "kill-server"
  | "add-server"
  | "rolling-restart"
  | "restart-redis"
  | "stop-redis"
  | "lose-gateway";

export type ChaosAction = { name: ChaosActionName; run: () => Promise<unknown> };

// A server may have been asked for its own end: once we have answered, time for it to do so.
const BEFORE_A_KILL_MS = 500;
const REVIVAL_LIMIT_MS = 90_000;

/** The action of that name. @throws ChaosRefused where there is none, or where it cannot or should not be done */
export function findChaosAction(name: string, instanceName: string | undefined, stage: Stage): ChaosAction {
  const { instances, outageMs, signal } = stage;
  switch (name) {
    case "stop-server": {
      const server = serverOf(stage, instanceName);
      requireAnother(instances, server);
      return { name, run: () => server.stop() };
    }
    case "start-server": {
      const server = serverOf(stage, instanceName);
      return { name, run: () => server.start() };
    }
    case "kill-server": {
      const server = serverOf(stage, instanceName);
      if (server.status.pid === null) throw new ChaosRefused(400, "This server does not run.");
      return { name, run: () => crash(server, stage) };
    }
    case "add-server":
      if (instances.all.length >= MAX_INSTANCES) throw new ChaosRefused(400, "There can be no more servers.");
      return { name, run: () => instances.add() };
    case "rolling-restart":
      return { name, run: () => rollingRestart(instances, signal) };
    case "restart-redis":
      return { name, run: interruption(stage.redis, { forMs: 0, signal }) };
    case "stop-redis":
      return { name, run: interruption(stage.redis, { forMs: outageMs, signal }) };
    case "lose-gateway":
      return { name, run: interruption(stage.gateway, { forMs: outageMs, signal }) };
    default:
      throw new ChaosRefused(404, "There is no such action.");
  }
}

function serverOf({ instances }: Stage, name = ""): NextInstance {
  const server = instances.find(name);
  if (!server) throw new ChaosRefused(404, "There is no such server.");
  return server;
}

// The page that could start it again comes from a server.
function requireAnother({ all }: NextInstances, server: NextInstance): void {
  if (all.some((other) => other !== server && other.status.state === "running")) return;
  throw new ChaosRefused(400, "This is the last server that runs: without it nobody could start one again.");
}

/** Done when it is back, which it is by itself. */
async function crash(server: NextInstance, { answered, signal }: Stage): Promise<void> {
  await answered;
  await pause(BEFORE_A_KILL_MS, undefined, { signal });
  await server.kill();
  const isBack = () => {
    signal.throwIfAborted();
    return server.status.state === "running";
  };
  await poll("the server to be back", isBack, { limitMs: REVIVAL_LIMIT_MS });
}

function interruption(part: Stoppable | undefined, how: Parameters<typeof interrupt>[1]): ChaosAction["run"] {
  if (!part) throw new ChaosRefused(404, "It is not this local cloud's to stop.");
  return () => interrupt(part, how);
}
