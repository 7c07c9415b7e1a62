import type { Chaos, ChaosStatus } from "./chaos/chaos";
import type { GatewayStatus, RestartableGateway } from "./gateway/restartable-gateway";
import type { InstanceStatus } from "./instances/next-instance";
import type { NextInstances } from "./instances/next-instances";
import { type RedisNumbers, readRedisNumbers } from "./redis/redis-numbers";
import type { RedisServer, RedisState } from "./redis/redis-server";

/** What the supervisor may stop and start. Gateway and Redis are absent where the service is another's. */
export type SupervisedParts = {
  instances: NextInstances;
  gateway: RestartableGateway | undefined;
  redis: RedisServer | undefined;
  chaos: Chaos;
};

/** The body of every 200 answer of the supervisor: how things are after the request. */
export type SupervisorStatus = {
  instances: InstanceStatus[];
  gateway: GatewayStatus | null;
  redis: RedisStatus | null;
  /** The action that runs, or the last one. */
  action: ChaosStatus | null;
};

/** The numbers are null where it does not answer. */
type RedisStatus = { state: RedisState; port: number; pid: number | null } & {
  [Name in keyof RedisNumbers]: number | null;
};

export async function readStatus(parts: SupervisedParts): Promise<SupervisorStatus> {
  const redis = parts.redis ? await redisStatus(parts.redis) : null;
  return {
    instances: parts.instances.all.map(({ status }) => status),
    gateway: parts.gateway?.status ?? null,
    redis,
    action: parts.chaos.status,
  };
}

async function redisStatus(redis: RedisServer): Promise<RedisStatus> {
  const numbers = redis.state === "running" ? await readRedisNumbers(redis.url) : null;
  return {
    state: redis.state,
    port: redis.port,
    pid: redis.pid ?? null,
    commands: numbers?.commands ?? null,
    memoryBytes: numbers?.memoryBytes ?? null,
  };
}
