import { afterAll, beforeAll, expect, it } from "vitest";
import { anonymousSession, sessionCodec, signedInSession } from "../../testing/contract/contract-session.ts";
import { live } from "../../testing/contract/workbench.ts";
import { passOn, startFakeGateway, startTestEnv, type TestEnv } from "../../testing/test-env.ts";
import { redisKeys } from "../keys.ts";
import { redisSessionStore } from "../redis-session-store.ts";
import { redisWithin } from "../transport/deadline.ts";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const draft = anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" });

/** A store for one HTTP request, with what it asked. */
function context() {
  const redis = redisWithin(test.env);
  const store = redisSessionStore({ redis, keys: redisKeys(""), codec: sessionCodec, lifetimeSeconds: 3600 });
  return { store, roundTrips: redis.roundTrips };
}

/** The scripts that Redis was sent during the work: whole, and by their hash. */
async function scriptsOf(work: () => Promise<unknown>) {
  const before = await calls();
  await work();
  const after = await calls();
  return { whole: after.whole - before.whole, byHash: after.byHash - before.byHash };
}

async function calls() {
  const stats = await test.direct.info("commandstats");
  const of = (name: string) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  return { whole: of("eval"), byHash: of("evalsha") };
}

it("a script is sent whole once, and by its hash from then on", async () => {
  const { id } = live(await context().store.create(draft));
  expect(await scriptsOf(() => context().store.get(id))).toEqual({ whole: 1, byHash: 0 });
  for (let time = 0; time < 3; time++) {
    const { store, roundTrips } = context();
    expect(await scriptsOf(() => store.get(id))).toEqual({ whole: 0, byHash: 1 });
    expect(roundTrips).toHaveLength(1);
  }
});

it("a Redis that has forgotten its scripts is sent them again, and nobody is the wiser", async () => {
  const { id, session } = live(await context().store.create(draft));
  await context().store.get(id);
  await test.direct.scriptFlush();
  const { store, roundTrips } = context();
  expect(live(await store.get(id)).session).toEqual(session);
  expect(roundTrips).toHaveLength(2);
  const next = context();
  expect(live(await next.store.get(id)).session).toEqual(session);
  expect(next.roundTrips).toHaveLength(1);
});

it("many who ask a forgetful Redis at once are all answered", async () => {
  const { id } = live(await context().store.create(draft));
  await test.direct.scriptFlush();
  const found = await Promise.all(Array.from({ length: 50 }, () => context().store.get(id)));
  expect(new Set(found.map(({ state }) => state))).toEqual(new Set(["live"]));
});

it("what has lost its answer together is sent again together, in its order", async () => {
  const sent: string[][] = [];
  const gateway = await startFakeGateway(async (body, path, headers) => {
    const commands: string[][] = JSON.parse(body);
    sent.push(
      commands.map((command) => String(command.find((part) => /^(session|user-sessions):/.test(part)))),
    );
    if (sent.length <= 2) return null;
    return passOn(test.cloud, body, path, headers);
  });
  const redis = redisWithin({ ...test.env, redisRestUrl: gateway.url }, 60_000);
  const store = redisSessionStore({ redis, keys: redisKeys(""), codec: sessionCodec, lifetimeSeconds: 3600 });
  const user = { id: "user-ada", name: "ada" };
  const { id } = live(
    await store.create(signedInSession(user, null, { idleSeconds: 60, servedBy: "a", device: "a test" })),
  );
  expect(sent).toEqual(Array(3).fill([`user-sessions:${user.id}`, `session:${id}`]));
  await gateway.close();
});
