import { redisKeys } from "@carryover/session/internal/redis/keys";
import type { SessionId } from "@carryover/session/internal/session-id";
import { add, live } from "@carryover/session/internal/testing/contract/workbench";
import { activeServer, many } from "@carryover/session/internal/testing/test-active";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { itLeavesNoKeyWithoutTtl, liveSessionsOf } from "../support/kept-keys";
import { record } from "../support/record";

// Every session that lives is found in the index, whatever happened to the requests of servers, and to the servers themselves.

const ROUNDS = inject("isLongRun") ? 60 : 4;
let test: TestEnv;
let namespace = "";
let keys = redisKeys(namespace);
let tests = 0;
let proxy: FaultProxy;

beforeAll(async () => {
  test = await startTestEnv();
  proxy = await startFaultProxy({ target: test.env.redisRestUrl, seed: 19 });
});
beforeEach(() => {
  namespace = `test-${++tests}:`;
  keys = redisKeys(namespace);
});
afterAll(async () => {
  await proxy?.close();
  await test?.stop();
});

const healthy = (name = "a") => activeServer(test.env, keys, { server: name });

const shards = () => test.direct.keys(`${namespace}active-sessions:?`);

/** Sessions that live and are not found, in order. */
async function missing(): Promise<string[]> {
  const living = (await liveSessionsOf(test.direct, namespace)).map((key) =>
    key.slice(namespace.length + "session:".length),
  );
  const found = new Set<string>((await healthy().pages()).flat());
  return living.filter((id) => !found.has(id)).sort();
}

it("under lost replies, broken requests and dying servers each session that a begin has answered with is found", async () => {
  proxy.random({
    rate: 0.3,
    faults: [
      "reply-lost",
      "reset-before-send",
      "reset-after-send",
      "truncated",
      "invalid-json",
      { status: 503 },
      { redisError: "OOM command not allowed when used memory > 'maxmemory'." },
    ],
  });
  const env = { ...test.env, redisRestUrl: proxy.url };
  const begun: SessionId[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await many(8, async () => {
      // It begins a few sessions, changes, rotates and ends some, and dies with what it still had to tell the index.
      const mortal = activeServer(env, keys);
      for (let each = 0; each < 4; each++) {
        const session = await mortal.begin(each % 2 === 0).catch(() => null);
        if (!session) continue;
        begun.push(session.id);
        const { sessions } = mortal.open();
        if (each === 1) await sessions.destroy(session.id).catch(() => {});
        if (each === 2) await sessions.update(session.id, add("tote")).catch(() => {});
        if (each === 3) await sessions.rotate(session, (old) => old).catch(() => {});
      }
    });
  }
  expect(proxy.injected).toBeGreaterThan(20);
  const found = (await healthy().pages()).flat();
  const living = await Promise.all(begun.map(async (id) => (await healthy().open().sessions.peek(id)).state));
  const lost = begun.filter((id, at) => living[at] === "live" && !found.includes(id));
  await record("active-index", { begun: begun.length, faults: proxy.injected, missing: lost.length });
  expect(lost).toEqual([]);
  // What nobody was answered with, and lives until its idle timeout, is found as well.
  expect(await missing()).toEqual([]);
  // The numbers agree with what is there, once what the faults have cut off is cleaned up.
  await expect
    .poll(async () => {
      const { total } = await healthy().open().active.count();
      // One may be on two pages, where Redis has resized a hash in between.
      return total - new Set((await healthy().pages()).flat()).size;
    })
    .toBe(0);
}, 240_000);

it("where a begin, a change, a rotation and an end of one session meet the pages and a revocation, what lives is found", async () => {
  for (let round = 0; round < ROUNDS * 4; round++) {
    const [a, b, operator] = [healthy("a"), healthy("b"), healthy("c")];
    const old = await a.begin(true);
    const outcomes = await Promise.all([
      a.open().sessions.update(old.id, add("tote")),
      b.open().sessions.rotate(old, (session) => session),
      a.begin(true),
      b.open().sessions.update(old.id, add("lantern")),
      operator.pages(),
      (async () => {
        for (const id of (await operator.pages({ signedIn: true })).flat())
          if (round % 2 === 0) await operator.end(id);
      })(),
      round % 3 === 0 ? b.end(old.id) : null,
    ]);
    expect(outcomes).toHaveLength(7);
    expect(await missing()).toEqual([]);
  }
}, 240_000);

it("a revocation of all that a filter finds, while others begin, leaves none that lived before", async () => {
  const a = healthy();
  const before = (await many(80, () => a.begin())).map(({ id }) => id);
  const meanwhile: SessionId[] = [];
  const ends = async () => {
    for (const id of (await healthy().pages({ signedIn: false }, 20)).flat()) await a.end(id);
  };
  const begins = async () => {
    for (let each = 0; each < 40; each++) meanwhile.push((await a.begin()).id);
  };
  await Promise.all([ends(), begins()]);
  const states = await Promise.all(before.map(async (id) => (await a.open().sessions.peek(id)).state));
  expect(states.filter((state) => state === "live")).toEqual([]);
  expect(await missing()).toEqual([]);
});

it("an entry whose session comes late, and is looked for in between, stays", async () => {
  // The entry arrives, and the session only after another server has looked for it.
  const late = activeServer(test.env, keys, {
    over: (redis) => ({
      ...redis,
      async run(operation, commands) {
        if (operation === "create") {
          await expect.poll(async () => (await shards()).length).toBe(1);
          await healthy().pages();
          await healthy().open().active.count();
        }
        return redis.run(operation, commands);
      },
    }),
  });
  const { id } = await late.begin();
  expect((await healthy().pages()).flat()).toEqual([id]);
});

it("a session of an earlier build is found after its next change, whichever that is", async () => {
  const a = healthy();
  const lose = async () => {
    for (const key of await shards()) await test.direct.del(key);
  };
  const session = await a.begin(true);
  await lose();
  live(await a.open().sessions.update(session.id, add("tote")));
  expect(await missing()).toEqual([]);
  await lose();
  live(await a.open().sessions.rotate(live(await a.open().sessions.peek(session.id)), (old) => old));
  expect(await missing()).toEqual([]);
});

itLeavesNoKeyWithoutTtl("active-index", () => test);
