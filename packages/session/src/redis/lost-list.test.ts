import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sessionCodec, signedInSession } from "../testing/contract/contract-session.ts";
import { add, live, sessionInit } from "../testing/contract/workbench.ts";
import { startTestEnv, type TestEnv } from "../testing/test-env.ts";
import { redisKeys } from "./keys.ts";
import { redisSessionStore } from "./redis-session-store.ts";
import { redisWithin } from "./transport/deadline.ts";

const keys = redisKeys("");
const carol = { id: "user-carol", name: "carol" };
const list = keys.userSessions(carol.id);
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const store = (redis = redisWithin(test.env, 60_000)) =>
  redisSessionStore({ redis, keys, codec: sessionCodec, lifetimeSeconds: 3600 });
const signIn = async () => live(await store().create(signedInSession(carol, null, sessionInit)));
const listed = async () => (await store().list(carol.id)).map(({ id }) => id);

describe("a list that Redis has lost", () => {
  it("gets each session back with its next change, in the order in which they began, and with no more requests", async () => {
    const first = await signIn();
    const second = await signIn();
    await test.direct.del(list);
    await store().get(first.id);
    expect(await listed()).toEqual([]);
    const before = test.cloud.gateway.requests;
    await store().update(second.id, add("tote"));
    await store().update(first.id, add("tote"));
    expect(test.cloud.gateway.requests - before).toBe(4);
    const scores = await test.direct.zRangeWithScores(list, 0, -1);
    expect(scores.map(({ score }) => score).sort()).toEqual(
      [first, second].map(({ session }) => session.createdAt).sort(),
    );
    expect(await test.direct.pTTL(list)).toBeGreaterThan(3_590_000);
    expect(await store().destroyAll(carol.id, await listed())).toBe(2);
  });

  it("takes back none that ended meanwhile", async () => {
    const { id } = await signIn();
    const redis = redisWithin(test.env, 60_000);
    const overtaken: typeof redis = {
      ...redis,
      async run(operation, use) {
        if (operation === "keep listed") await store().destroy(id);
        return redis.run(operation, use);
      },
    };
    expect(await store(overtaken).update(id, add("tote"))).toEqual({ state: "ended" });
    expect(await test.direct.exists(list)).toBe(0);
  });

  it("ends a session at its next change, where all of the user's were ended meanwhile", async () => {
    const { id } = await signIn();
    await test.direct.del(list);
    expect(await store().destroyUser(carol.id, "account-disabled")).toEqual([]);
    expect(await store().update(id, add("tote"))).toEqual({ state: "ended" });
    expect(await store().get(id)).toEqual({ state: "ended" });
  });

  it("fails no change where something else is in its place", async () => {
    const { id } = await signIn();
    await test.direct.set(list, "no list", { expiration: { type: "EX", value: 60 } });
    expect((await store().update(id, add("tote"))).state).toBe("live");
  });
});
