import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  startTestClusterGateway,
  startTestReplicatedGateway,
  type TestGateway,
} from "../../../../local-cloud/gateway/test-gateway.ts";
import type { RedisCluster } from "../../../../local-cloud/redis/redis-cluster.ts";
import type { ReplicatedRedis } from "../../../../local-cloud/redis/replicated-redis.ts";
import { StoreUnavailable } from "../store.ts";
import {
  addItem,
  anonymousSession,
  type LiveSession,
  type Session,
} from "../testing/contract/contract-session.ts";
import { live } from "../testing/contract/workbench.ts";
import { describeSessionStore, type StoreUnderTest } from "../testing/session-store.contract.ts";
import { sessionKey, storeOnGateway } from "../testing/test-store.ts";

const addTote = (session: Session) => addItem(session, "tote");
const COUNT = 60;

/** Sessions with one acknowledged change each. */
function beginMany(underTest: StoreUnderTest): Promise<LiveSession[]> {
  const store = underTest.store();
  const begin = async () => {
    const { id } = live(
      await store.create(anonymousSession({ idleSeconds: 600, servedBy: "a", device: "a test" })),
    );
    return live(await store.update(id, addTote));
  };
  return Promise.all(Array.from({ length: COUNT }, begin));
}

/** What the store says of each session now: its items, or that it cannot be reached. */
function stateOfAll(
  underTest: StoreUnderTest,
  sessions: readonly LiveSession[],
): Promise<(number | string)[]> {
  const store = underTest.store();
  return Promise.all(
    sessions.map(async ({ id }) => {
      try {
        const found = await store.get(id);
        return found.state === "live" ? (found.session.data.list.items[0]?.count ?? 0) : found.state;
      } catch (error) {
        return error instanceof StoreUnavailable ? "unavailable" : "another error";
      }
    }),
  );
}

/** Every session is there again with its one change, and takes another. */
async function expectAllToGoOn(underTest: StoreUnderTest, sessions: readonly LiveSession[]): Promise<void> {
  const all = () => stateOfAll(underTest, sessions);
  await expect.poll(all, { timeout: 20_000 }).toEqual(Array(COUNT).fill(1));
  await Promise.all(sessions.map(({ id }) => underTest.store().update(id, addTote)));
  expect(await all()).toEqual(Array(COUNT).fill(2));
}

describe("a Redis Cluster of three primaries and three replicas", () => {
  let cloud: TestGateway<RedisCluster>;
  let underTest: StoreUnderTest;

  beforeAll(async () => {
    cloud = await startTestClusterGateway();
    underTest = storeOnGateway(cloud);
  }, 120_000);
  afterAll(() => cloud?.stop());

  describeSessionStore("Redis Cluster over REST", () => underTest);

  it("loses no session that was replicated when a primary is killed, and says unavailable meanwhile", async () => {
    const sessions = await beginMany(underTest);
    const [first] = sessions;
    if (!first) throw new Error("no session");
    await cloud.redis.inStep();
    await cloud.redis.killPrimaryOf(sessionKey(first.id));
    const meanwhile = await stateOfAll(underTest, sessions);
    expect(meanwhile[0]).toBe("unavailable");
    expect(new Set(meanwhile)).toEqual(new Set([1, "unavailable"]));
    await cloud.redis.healed(sessionKey(first.id));
    await expectAllToGoOn(underTest, sessions);
  }, 60_000);
});

describe("a primary with a replica", () => {
  let cloud: TestGateway<ReplicatedRedis>;
  let underTest: StoreUnderTest;

  beforeAll(async () => {
    cloud = await startTestReplicatedGateway();
    underTest = storeOnGateway(cloud);
  }, 120_000);
  afterAll(() => cloud?.stop());

  describeSessionStore("a replicated Redis over REST", () => underTest);

  it("loses no session that was replicated when the primary dies, and says unavailable until the replica is promoted", async () => {
    const sessions = await beginMany(underTest);
    await cloud.redis.caughtUp();
    await cloud.redis.primary.kill();
    expect(await stateOfAll(underTest, sessions)).toEqual(Array(COUNT).fill("unavailable"));
    await cloud.redis.promote();
    await expectAllToGoOn(underTest, sessions);
  }, 60_000);

  it("goes on when the replica is promoted in the middle of changes: none is made twice, and nothing older is lost", async () => {
    await cloud.redis.rejoin();
    const sessions = await beginMany(underTest);
    await cloud.redis.caughtUp();
    const changes = sessions.map(({ id }) => underTest.store().update(id, addTote));
    await Promise.all([Promise.allSettled(changes), cloud.redis.promote()]);
    await expect
      .poll(() => stateOfAll(underTest, sessions), { timeout: 20_000 })
      .not.toContain("unavailable");
    // What was replicated before is there; a change in the switch was done once or not at all.
    for (const pieces of await stateOfAll(underTest, sessions)) expect([1, 2]).toContain(pieces);
  }, 60_000);
});
