import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { anonymousSession } from "@/lib/session/session";
import { createSessionId, type SessionId } from "@/lib/session/session-id";
import { describeSessionStore } from "@/lib/session/session-store.contract";
import { redisWithin } from "./client";
import { redisKeys } from "./keys";
import { redisSessionStore } from "./redis-session-store";
import { createSessionWriter } from "./session-writer";
import { live, startTestEnv, type TestEnv } from "./test-env";

const keys = redisKeys("test:");
let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

/** A store as another server has it: with a client and a queue of its own. */
const store = (lifetimeSeconds = 3600) =>
  redisSessionStore({
    redis: redisWithin({ ...test.env }, 60_000),
    keys,
    lifetimeSeconds,
    writer: createSessionWriter(),
  });

describeSessionStore("Redis over REST", () => ({
  store: ({ lifetimeSeconds } = {}) => store(lifetimeSeconds),
  requests: () => test.cloud.gateway.requests,
  async kept(id: SessionId) {
    const text = await test.direct.get(keys.session(id));
    return text === null ? null : { text, ttlMs: await test.direct.pTTL(keys.session(id)) };
  },
  async plant(id, text) {
    await test.direct.set(keys.session(id), text, { expiration: { type: "EX", value: 60 } });
  },
  async plantOtherType(id) {
    await test.direct.hSet(keys.session(id), "field", "value");
  },
}));

it("gives a session a TTL again with the next visit, should someone have taken it away", async () => {
  const { id } = live(
    await store().begin(anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" })),
  );
  await test.direct.persist(keys.session(id));
  await store().open(id);
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
  vi.resetModules();
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const { redisSessionStore: freshStore } = await import("./redis-session-store");
  const reader = freshStore({ redis: redisWithin(test.env, 60_000), keys, lifetimeSeconds: 3600 });
  const ids = [createSessionId(), createSessionId()];
  for (const id of ids)
    await test.direct.set(keys.session(id), '{"secret":"sauce"}', { expiration: { type: "EX", value: 60 } });
  for (const id of [...ids, ...ids]) expect(await reader.open(id)).toEqual({ state: "absent" });
  expect(log.mock.calls.map(([line]) => JSON.parse(line))).toEqual([
    { time: expect.any(String), event: "session-unreadable" },
  ]);
  log.mockRestore();
});
