import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { User } from "../define-session.ts";
import { createSessionId, type SessionId } from "../session-id.ts";
import { StoreUnavailable } from "../store.ts";
import {
  anonymousSession,
  type Session,
  sessionCodec,
  signedInSession,
} from "../testing/contract/contract-session.ts";
import { ada, add, linesOf, live, sessionInit } from "../testing/contract/workbench.ts";
import { startTestEnv, type TestEnv } from "../testing/test-env.ts";
import { redisKeys } from "./keys.ts";
import { redisSessionStore } from "./redis-session-store.ts";
import { type RedisWithin, redisWithin } from "./transport/deadline.ts";

const keys = redisKeys("");
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const within = () => redisWithin(test.env, 60_000);
const storeOver = (redis: RedisWithin) =>
  redisSessionStore({ redis, redisAfterwards: within, keys, codec: sessionCodec, lifetimeSeconds: 3600 });
const store = () => storeOver(within());
const visitor = async () => live(await store().create(anonymousSession(sessionInit)));
const carol = (): User => ({ id: `user-${createSessionId()}`, name: "carol" });
const as = (user: User) => (old: Session) => signedInSession(user, old, sessionInit);
const stateOf = async (id: SessionId) => (await store().peek(id)).state;
const alive = async () => {
  const texts = await Promise.all((await test.direct.keys("session:*")).map((key) => test.direct.get(key)));
  return texts.filter((text) => text?.startsWith('{"v":')).length;
};

describe("a session that is gone, with its tombstone, when it is to be claimed or changed", () => {
  it("was ended, where it could not have ended by itself", async () => {
    const seen = live(await store().create(signedInSession(ada, null, sessionInit)));
    await store().destroyAll(ada.id, [seen.id]);
    // As a minute later.
    await test.direct.del(keys.session(seen.id));
    const before = await alive();
    expect(await store().rotate(seen, as(ada))).toEqual({ state: "ended" });
    expect(await alive()).toBe(before);
    expect(await store().list(ada.id)).toEqual([]);
  });

  it("has run out, where Redis says that its time is over: the data is carried on", async () => {
    const { id } = live(await store().create(anonymousSession({ ...sessionInit, idleSeconds: 1 })));
    const seen = live(await store().update(id, add("tote")));
    await expect.poll(() => stateOf(id), { timeout: 5000 }).toBe("absent");
    expect(linesOf(live(await store().rotate(seen, as(carol()))))).toEqual(["1 tote"]);
  });

  it("was ended for a change that had read it alive, too", async () => {
    const { id } = await visitor();
    const redis = within();
    const frozen: RedisWithin = {
      ...redis,
      async run(operation, use) {
        if (operation === "update") await test.direct.del(keys.session(id));
        return redis.run(operation, use);
      },
    };
    expect(await storeOver(frozen).update(id, add("tote"))).toEqual({ state: "ended" });
  });
});

describe("a rotation that an outage cuts off", () => {
  /** A way to Redis on which this operation is done before the answer is lost, or not at all, or once it is let go. */
  function cutting(
    operation: string,
    fate: "done" | "not done",
  ): { redis: RedisWithin; late(): Promise<void> } {
    const redis = within();
    let late = async () => {};
    return {
      late: () => late(),
      redis: {
        ...redis,
        async run(each, use) {
          if (each !== operation) return redis.run(each, use);
          if (fate === "done") await redis.run(each, use);
          late = async () => void (await within().run(each, use));
          throw new StoreUnavailable(each, "timeout");
        },
      },
    };
  }

  it.each(["create", "list session", "destroy"])(
    "at %s, undone: leaves the old session and nothing else",
    async (at) => {
      const [old, user] = [await visitor(), carol()];
      const before = await alive();
      const cut = cutting(at, "not done");
      await expect(storeOver(cut.redis).rotate(old, as(user))).rejects.toThrow(StoreUnavailable);
      await expect.poll(alive).toBe(before);
      await expect.poll(() => test.direct.exists(keys.userSessions(user.id))).toBe(0);
      // What was under way arrives after all.
      await cut.late();
      expect(await stateOf(old.id)).toBe("live");
      expect(await alive()).toBe(before);
      expect(await store().list(user.id)).toEqual([]);
    },
  );

  it("at its claim, done: leaves the new session alone, which the old one's place names", async () => {
    const [old, user] = [await visitor(), carol()];
    await store().update(old.id, add("tote"));
    const before = await alive();
    const cut = cutting("destroy", "done");
    const rotation = storeOver(cut.redis).rotate(live(await store().peek(old.id)), as(user));
    await expect(rotation).rejects.toThrow(StoreUnavailable);
    const found = await store().peek(old.id);
    if (found.state !== "ended" || !found.successor) throw new Error("no successor");
    const [listed] = await store().list(user.id);
    expect(listed).toMatchObject({
      id: found.successor,
      session: { data: { list: { items: [{ name: "tote" }] } } },
    });
    expect(await alive()).toBe(before);
  });

  it("by an answer that its check never got: leaves the old session as it was", async () => {
    const [old, user] = [await visitor(), carol()];
    const before = await alive();
    const check = () => Promise.reject(new StoreUnavailable("find account", "timeout"));
    await expect(store().rotate(old, as(user), { check })).rejects.toThrow(StoreUnavailable);
    await expect.poll(alive).toBe(before);
    expect(live(await store().peek(old.id)).session).toEqual(old.session);
  });
});
