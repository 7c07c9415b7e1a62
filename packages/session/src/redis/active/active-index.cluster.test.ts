import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startTestClusterGateway,
  type TestGateway,
} from "../../../../../local-cloud/gateway/test-gateway.ts";
import type { RedisCluster } from "../../../../../local-cloud/redis/redis-cluster.ts";
import { type Env, parseEnv } from "../../env.ts";
import { type SessionId, sessionHandle } from "../../session-id.ts";
import { add } from "../../testing/contract/workbench.ts";
import { type ActiveServer, activeServer, many } from "../../testing/test-active.ts";
import { testVariables } from "../../testing/test-env.ts";
import { redisKeys } from "../keys.ts";
import { SHARDS } from "./active-index.ts";

const keys = redisKeys("");

describe("the index of active sessions on a Redis Cluster", () => {
  let cloud: TestGateway<RedisCluster>;
  let env: Env;

  beforeAll(async () => {
    cloud = await startTestClusterGateway();
    env = parseEnv(testVariables(cloud.url, cloud.token));
  }, 120_000);
  afterAll(() => cloud?.stop());

  const stateOf = async (server: ActiveServer, id: SessionId) =>
    (await server.open().sessions.peek(id)).state;
  const unlessUnavailable = <T>(work: Promise<T>) => work.catch(() => null);
  const found = async (server: ActiveServer) => new Set((await server.pages()).flat());

  it("spreads over the servers, counts all, finds all, and loses none that was replicated when a primary is killed", async () => {
    const primaries = await Promise.all(
      SHARDS.map((shard) => cloud.redis.primaryOf(keys.activeSessions(shard))),
    );
    expect(new Set(primaries).size).toBe(3);

    const server = activeServer(env, keys);
    const begun = await many(60, (at) => server.begin(at % 3 === 0));
    const ids = begun.map(({ id }) => id);
    const numbers = { signedIn: 20, visitors: 40, total: 60, isEstimate: false };
    expect(await server.open().active.count()).toEqual(numbers);
    expect((await server.pages({}, 25)).flat().toSorted()).toEqual(ids.toSorted());

    const [one, two] = ids;
    if (!one || !two) throw new Error("no session");
    const shard = keys.activeSessions((await sessionHandle(one)).slice(0, 1));
    await cloud.redis.inStep();
    await cloud.redis.killPrimaryOf(shard);
    const meanwhile = activeServer(env, keys);
    // Begins that need the dead server fail, and the others are entered.
    const late = (await many(20, () => unlessUnavailable(meanwhile.begin()))).flatMap((each) => each ?? []);
    await cloud.redis.healed(shard);

    const afterwards = activeServer(env, keys);
    await expect
      .poll(() => unlessUnavailable(afterwards.open().active.count()), { timeout: 20_000 })
      .not.toBeNull();
    const living = await found(afterwards);
    for (const { id } of late) if (!living.has(id)) expect(await stateOf(afterwards, id)).not.toBe("live");
    expect(ids.filter((id) => !living.has(id))).toEqual([]);

    await afterwards.end(two);
    await afterwards.begin();
    await expect.poll(async () => (await found(afterwards)).has(two)).toBe(false);
  }, 90_000);

  it("takes each session that its failover has lost back with the session's next change", async () => {
    const server = activeServer(env, keys);
    const { id } = await server.begin(true);
    const shard = keys.activeSessions((await sessionHandle(id)).slice(0, 1));
    // As if it had not been replicated.
    await server.open().redis.run("lose a shard", (client) => client.del(shard));
    expect((await found(server)).has(id)).toBe(false);
    await server.open().sessions.update(id, add("tote"));
    expect((await found(server)).has(id)).toBe(true);
  });
});
