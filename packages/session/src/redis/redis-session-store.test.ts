import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { processState } from "../process-state.ts";
import { createSessionId } from "../session-id.ts";
import { StoreUnavailable } from "../store.ts";
import { anonymousSession, sessionCodec, signedInSession } from "../testing/contract/contract-session.ts";
import { add, linesOf, live } from "../testing/contract/workbench.ts";
import { describeSessionStore } from "../testing/session-store.contract.ts";
import { startTestEnv, type TestEnv } from "../testing/test-env.ts";
import { storeOnGateway } from "../testing/test-store.ts";
import { redisKeys } from "./keys.ts";
import { redisSessionStore } from "./redis-session-store.ts";
import { type SeenSessions, seenSessions } from "./seen-sessions.ts";
import { redisWithin } from "./transport/deadline.ts";

const keys = redisKeys("test:");
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const store = () => storeOnGateway(test.cloud).store();

describeSessionStore("Redis over REST", () => storeOnGateway(test.cloud));

it("tells a sign-in that a newer one ended it before it looked at the list", async () => {
  const user = { id: `user-${createSessionId()}`, name: "carol" };
  const draft = signedInSession(user, null, { idleSeconds: 60, servedBy: "a", device: "a test" });
  const options = { keys, codec: sessionCodec, lifetimeSeconds: 3600, maxUserSessions: 1 };
  const other = redisSessionStore({ ...options, redis: redisWithin(test.env, 60_000) });
  const redis = redisWithin(test.env, 60_000);
  let newest: Promise<unknown> | undefined;
  const overtaken: typeof redis = {
    ...redis,
    async run(operation, use) {
      if (operation === "read sessions") newest ??= other.create(draft);
      await newest;
      return redis.run(operation, use);
    },
  };
  await other.create(draft);
  expect(await redisSessionStore({ ...options, redis: overtaken }).create(draft)).toEqual({
    state: "ended",
  });
  expect((await other.list(user.id)).map((each) => each.state)).toEqual(["live"]);
  expect(await newest).toMatchObject({ state: "live" });
});

describe("a user whose sessions were all ended", () => {
  const carol = () => ({ id: `user-${createSessionId()}`, name: "carol" });
  const signedIn = (user: ReturnType<typeof carol>) =>
    signedInSession(user, null, { idleSeconds: 60, servedBy: "a", device: "a test" });

  it("has none that was listed before and begins after", async () => {
    const user = carol();
    const redis = redisWithin(test.env, 60_000);
    const overtaken: typeof redis = {
      ...redis,
      async run(operation, use) {
        if (operation === "create") expect(await store().destroyUser(user.id, "account-deleted")).toEqual([]);
        return redis.run(operation, use);
      },
    };
    const late = redisSessionStore({ redis: overtaken, keys, codec: sessionCodec, lifetimeSeconds: 3600 });
    expect(await late.create(signedIn(user))).toEqual({ state: "ended" });
    expect(await store().list(user.id)).toEqual([]);
  });

  it("leaves nothing behind: the list is gone a minute later, and sessions may begin again", async () => {
    const user = carol();
    const key = keys.userSessions(user.id);
    live(await store().create(signedIn(user)));
    await store().destroyUser(user.id, "account-deleted");
    expect(await test.direct.zRange(key, 0, -1)).toEqual(["closed"]);
    expect(await test.direct.pTTL(key)).toBeGreaterThan(58_000);
    expect(await test.direct.pTTL(key)).toBeLessThanOrEqual(60_000);
    expect(await store().create(signedIn(user))).toEqual({ state: "ended" });
    // As a minute later, had the key not gone by itself.
    await test.direct.zAdd(key, { value: "closed", score: Date.now() - 1000 });
    const { id } = live(await store().create(signedIn(user)));
    expect(await test.direct.zRange(key, 0, -1)).toEqual([id]);
    expect(await test.direct.pTTL(key)).toBeGreaterThan(3_590_000);
  });

  it("loses none of them from sight when the server dies before they are ended: asked again, they end", async () => {
    const user = carol();
    const { id } = live(await store().create(signedIn(user)));
    const redis = redisWithin(test.env, 60_000);
    const dying: typeof redis = {
      ...redis,
      async run(operation, use) {
        if (operation === "destroy") throw new StoreUnavailable(operation, "timeout");
        return redis.run(operation, use);
      },
    };
    const dead = redisSessionStore({ redis: dying, keys, codec: sessionCodec, lifetimeSeconds: 3600 });
    await expect(dead.destroyUser(user.id, "account-deleted")).rejects.toThrow(StoreUnavailable);
    expect((await store().list(user.id)).map((each) => each.id)).toEqual([id]);
    expect(await store().destroyUser(user.id, "account-deleted")).toEqual([id]);
  });
});

describe("what a server has seen", () => {
  const visitor = anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" });
  const serverWith = (seen: SeenSessions) =>
    redisSessionStore({
      ...{ keys, codec: sessionCodec, lifetimeSeconds: 3600, seen },
      redis: redisWithin(test.env, 60_000),
    });

  it("is forgotten with the session's end, whoever of this server learns of it", async () => {
    const seen = seenSessions();
    const [ending, reading, changing, rotated] = [
      live(await serverWith(seen).create(visitor)),
      live(await serverWith(seen).create(visitor)),
      live(await serverWith(seen).create(visitor)),
      live(await serverWith(seen).create(visitor)),
    ];
    expect(seen.size.sessions).toBe(4);
    await serverWith(seen).destroy(ending.id);
    for (const { id } of [reading, changing]) await store().destroy(id);
    await serverWith(seen).get(reading.id);
    expect(await serverWith(seen).update(changing.id, add("tote"))).toEqual({ state: "ended" });
    const fresh = live(await serverWith(seen).rotate(rotated, (session) => session));
    expect(seen.size.sessions).toBe(1);
    expect(serverWith(seen).recall(fresh.id)).not.toBeNull();
  });

  it("is no session any more where Redis has none: as for a visitor without one", async () => {
    const seen = seenSessions();
    const { id } = live(await serverWith(seen).create(visitor));
    await test.direct.del(keys.session(id));
    expect(await serverWith(seen).update(id, add("tote"))).toEqual({ state: "absent" });
  });

  it("does not put back a write that Redis has lost in a failover", async () => {
    const seen = seenSessions();
    const { id } = live(await serverWith(seen).create(visitor));
    const before = await test.direct.get(keys.session(id));
    await serverWith(seen).update(id, add("tote"));
    // The replica that took over had not got it, and somebody has changed the session since.
    await test.direct.set(keys.session(id), before ?? "", { expiration: { type: "EX", value: 60 } });
    await store().update(id, add("lantern"));
    const found = live(await serverWith(seen).update(id, add("tote")));
    expect(linesOf(found)).toEqual(["1 lantern", "1 tote"]);
  });

  it("dates a request by Redis' time, also where it estimates that wrongly", async () => {
    const seen = seenSessions();
    const { id, nowMs } = live(await serverWith(seen).create(visitor));
    const text = (await test.direct.get(keys.session(id))) ?? "";
    // As if the server had stood still for a minute.
    seen.set(keys.session(id), { text, ttlMs: 60_000, nowMs: nowMs - 60_000 });
    const request = { key: "key-hash", content: "content-hash" };
    for (const each of [serverWith(seen), store()]) await each.update(id, add("tote"), request);
    expect(linesOf(live(await store().peek(id)))).toEqual(["1 tote"]);
  });
});

it("gives a session a TTL again with the next context, should someone have taken it away", async () => {
  const { id } = live(
    await store().create(anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" })),
  );
  await test.direct.persist(keys.session(id));
  await store().get(id);
  expect(await test.direct.pTTL(keys.session(id))).toBeGreaterThan(59_000);
});

it("leaves no session key without a TTL behind, whatever has been done to it", async () => {
  const strings = await test.direct.keys("test:session:*");
  expect(strings.length).toBeGreaterThan(30);
  for (const key of strings) {
    if ((await test.direct.type(key)) === "string") expect(await test.direct.pTTL(key)).not.toBe(-1);
  }
});

it("says once a process that a session could not be read, and nothing of it", async () => {
  processState().logged.clear();
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const reader = redisSessionStore({
    redis: redisWithin(test.env, 60_000),
    keys,
    codec: sessionCodec,
    lifetimeSeconds: 3600,
  });
  const ids = [createSessionId(), createSessionId()];
  for (const id of ids)
    await test.direct.set(keys.session(id), '{"secret":"sauce"}', { expiration: { type: "EX", value: 60 } });
  for (const id of [...ids, ...ids]) expect(await reader.get(id)).toEqual({ state: "absent" });
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { time: expect.any(String), event: "session-unreadable" },
  ]);
  log.mockRestore();
});
