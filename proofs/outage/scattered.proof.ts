import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import {
  createVisitor,
  type Fields,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { disableAccount } from "@/lib/account/disable-account";
import { redisAccountStore } from "@/lib/account/redis-account-store";
import { cheapHash } from "@/lib/account/test-account";
import { sessionCodec } from "@/lib/test-session";
import {
  allOrders,
  type Fate,
  type Scattering,
  type ScatteringProxy,
  startScatteringProxy,
} from "@/local-cloud/faults/scattering-proxy";
import { type AppServer, startAppServer } from "../support/app-server";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { countOf, isLongRun } from "../support/trials";
import { createAccount, createShopper, password } from "./reach";

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));
// Each fault is an outage to the server, and it says so.
vi.spyOn(console, "error").mockImplementation(() => {});
vi.spyOn(console, "info").mockImplementation(() => {});

let test: TestEnv;
let proxy: ScatteringProxy;
/** Behind the proxy. */
let server: AppServer;
/** Everybody else comes to this one. */
let healthy: AppServer;

beforeAll(async () => {
  test = await startTestEnv({ SIGN_IN_LIMIT: "1000000", SESSION_DEADLINE_MS: "10000" });
  healthy = await startAppServer({ ...test.variables, INSTANCE_NAME: "b" });
  proxy = await startScatteringProxy(test.cloud.url, isHousekeeping);
  const variables = { ...test.variables, UPSTASH_REDIS_REST_URL: proxy.url, INSTANCE_NAME: "a" };
  server = await startAppServer(variables);
});
afterAll(async () => {
  await proxy?.close();
  await test?.stop();
});

/** What a server has still to tell the index of active sessions goes with some requests, and may be lost. */
function isHousekeeping(command: unknown): boolean {
  const text = JSON.stringify(command);
  const isEntry = /"(users|visitors)"/.test(text);
  return (text.includes('"active-sessions:') && !isEntry) || text.startsWith('["getrange"');
}

interface Way {
  readonly name: string;
  readonly carries: "nothing" | "a visitor's" | "a user's";
  endpoint(server: AppServer): AppServer["login"];
  fields(username: string): Fields;
}

const login = ({ login }: AppServer) => login;
const credentials = (username: string) => ({ username, password });
const ways: readonly Way[] = [
  { name: "a log-in without a session", carries: "nothing", endpoint: login, fields: credentials },
  { name: "a log-in with a visitor's", carries: "a visitor's", endpoint: login, fields: credentials },
  { name: "a log-in with a user's", carries: "a user's", endpoint: login, fields: credentials },
  {
    name: "a registration without a session",
    carries: "nothing",
    endpoint: ({ register }) => register,
    fields: (username) => credentials(`new-${username}`),
  },
  {
    name: "a registration with a visitor's",
    carries: "a visitor's",
    endpoint: ({ register }) => register,
    fields: (username) => credentials(`new-${username}`),
  },
  {
    name: "a guest without a session",
    carries: "nothing",
    endpoint: ({ guest }) => guest,
    fields: () => ({}),
  },
  {
    name: "a guest with a visitor's",
    carries: "a visitor's",
    endpoint: ({ guest }) => guest,
    fields: () => ({}),
  },
  {
    name: "a password change",
    carries: "a user's",
    endpoint: ({ password }) => password,
    fields: () => ({ current: password, next: "staple horse battery" }),
  },
];

/** One request of a way, and what happens to its commands. */
interface Trial {
  readonly at: number;
  readonly scattering: Scattering;
}

const faults: readonly Fate[] = ["answer-lost", "refused", "late"];

/** Every order of each request's commands, with what somebody else does at every place, and each with every fault of one command. */
function trialsOf(requests: readonly number[]): Trial[] {
  return requests.flatMap((commands, at) => {
    // The bucket of a limit, a read, and another: in whatever order, nothing depends on it.
    const orders = commands > 4 ? [["meanwhile" as const, ...Array(commands).keys()]] : allOrders(commands);
    const allFates = [
      {},
      ...[...Array(commands).keys()].flatMap((each) => faults.map((fate) => ({ [each]: fate }))),
    ];
    return orders.flatMap((order) => allFates.map((fates) => ({ at, scattering: { order, fates } })));
  });
}

async function visitorFor({ carries }: Way) {
  const user = await createAccount(test);
  if (carries === "nothing") return { user, browser: createVisitor(), totes: 0 };
  const shopper = { test, server: healthy, user: carries === "a user's" ? user : null };
  return { user, ...(await createShopper(shopper)) };
}

/** The sessions that live, and how many of them are a user's. */
async function alive() {
  const keys = await test.direct.keys("session:*");
  const texts = await Promise.all(keys.map((key) => test.direct.get(key)));
  const living = texts.filter((text) => text?.startsWith('{"v":'));
  return { all: living.length, users: living.filter((text) => !text?.includes('"user":null')).length };
}

/** The live sessions that have no entry in the index of active sessions. */
async function unindexed(): Promise<number> {
  const shards = await test.direct.keys("active-sessions:?");
  const index = JSON.stringify(await Promise.all(shards.map((shard) => test.direct.hGetAll(shard))));
  const keys = await test.direct.keys("session:*");
  const texts = await Promise.all(keys.map((key) => test.direct.get(key)));
  const living = keys.filter((_, at) => texts[at]?.startsWith('{"v":'));
  return living.filter((key) => !index.includes(key.slice("session:".length))).length;
}

async function seenBy(browser: TestVisitor) {
  const { session } = await (await browser.get(healthy.session, "/api/session?peek=1")).json();
  return { isSignedIn: session?.user != null, totes: session?.cart.quantity ?? 0 };
}

/** Sends it with its key; the browser keeps what it has where the answer is no success. */
async function send(
  way: Way,
  { name, browser, key }: { name: string; browser: TestVisitor; key: string },
  trial?: Trial,
  meanwhile?: () => Promise<unknown>,
) {
  proxy.reset(trial?.at, trial?.scattering, meanwhile);
  const held = browser.cookie;
  const answer = await browser.post(way.endpoint(server), way.fields(name), { "idempotency-key": key });
  if (!answer.ok) browser.cookie = held;
  return { status: answer.status, requests: [...proxy.requests] };
}

/** How many commands each request of a way has. */
async function requestsOf(way: Way): Promise<readonly number[]> {
  await test.direct.flushAll();
  const measure = async () => {
    const { user, browser } = await visitorFor(way);
    return (await send(way, { name: user.name, browser, key: crypto.randomUUID() })).requests;
  };
  // The first one makes the scripts known.
  await measure();
  return measure();
}

/** All of them in the long form, some of each kind in the short one. */
function sample(trials: readonly Trial[]): readonly Trial[] {
  // No divisor of a number of fates: each gets its turn.
  const [inLong, inShort] = trials.length > 1_000 ? [5, 61] : [1, 7];
  const each = trials.length < 60 ? 1 : isLongRun() ? inLong : inShort;
  return trials.filter((_, at) => at % each === 0);
}

const isWhole = ({ scattering }: Trial) => Object.keys(scattering.fates).length === 0;
const named = ({ name }: Pick<Way, "name">) => name.replaceAll(/\W+/g, "-");

describe("the commands of each request in any order, any one of them failing", () => {
  it.each(ways)("$name: sent again, it has happened once", async (way) => {
    const results = [];
    for (const [at, trial] of sample(trialsOf(await requestsOf(way))).entries()) {
      await test.direct.flushAll();
      const { user, browser, totes } = await visitorFor(way);
      const sent = { name: user.name, browser, key: crypto.randomUUID() };
      const first = await send(way, sent, trial);
      // What is late comes before the repetition, or after it.
      proxy.reset();
      if (at % 2 === 0) await proxy.releaseLate();
      const last = first.status === 503 ? await send(way, sent) : first;
      await proxy.releaseLate();
      await expect.poll(async () => [trial, (await alive()).all], { timeout: 10_000 }).toEqual([trial, 1]);
      const isExpected = first.status < 300 || (first.status === 503 && !isWhole(trial));
      const outcome = { trial, isExpected, isOk: last.status < 300, unindexed: await unindexed() };
      results.push({ ...outcome, ...(await seenBy(browser)), before: totes });
    }
    const numbers = {
      trials: results.length,
      unexpected: countOf(results, ({ isExpected, isOk }) => !isExpected || !isOk),
      signedOut: countOf(results, ({ isSignedIn }) => !isSignedIn),
      cartsLost: countOf(results, ({ totes, before }) => totes !== before),
      unindexed: countOf(results, ({ unindexed }) => unindexed > 0),
    };
    await record(`scattered-${named(way)}`, numbers);
    const none = { unexpected: 0, signedOut: 0, cartsLost: 0, unindexed: 0 };
    expect(numbers).toEqual({ trials: results.length, ...none });
  });
});

describe("the same, while all sessions of the user are ended in between", () => {
  const disable = async ({ name }: { readonly name: string }) => {
    const redis = redisWithin(test.env, 10_000);
    const keys = redisKeys("");
    const sessions = redisSessionStore({ redis, keys, codec: sessionCodec, lifetimeSeconds: 3600 });
    const accounts = redisAccountStore({ redis, keys });
    return (await disableAccount({ accounts, sessions }, { name, nowMs: Date.now() })) !== null;
  };
  const accountOf = (way: Way, name: string) => String(way.fields(name).username ?? name);

  it.each(ways.filter(({ name }) => !name.includes("guest")))(
    "$name: no session of a disabled account is left",
    async (way) => {
      const results = [];
      for (const [at, trial] of sample(trialsOf(await requestsOf(way))).entries()) {
        await test.direct.flushAll();
        const { user, browser } = await visitorFor(way);
        const sent = { name: user.name, browser, key: crypto.randomUUID() };
        let isDisabled = false;
        const { status } = await send(way, sent, trial, async () => {
          isDisabled = await disable({ name: accountOf(way, user.name) });
        });
        proxy.reset();
        await proxy.releaseLate();
        // A registration that the disabling came before has an account that nobody has disabled.
        const expected = isDisabled ? 0 : (await seenBy(browser)).isSignedIn ? 1 : 0;
        await expect
          .poll(async () => [JSON.stringify(trial), isDisabled, status, (await alive()).users], {
            timeout: 10_000,
          })
          .toEqual([JSON.stringify(trial), isDisabled, status, expected]);
        results.push({ at, status, isDisabled, left: (await alive()).users - expected });
      }
      await record(`scattered-disabled-${named(way)}`, {
        trials: results.length,
        overtaken: countOf(results, ({ status }) => status >= 400),
        left: countOf(results, ({ left }) => left > 0),
      });
      expect(countOf(results, ({ isDisabled }) => isDisabled)).toBeGreaterThan(results.length / 10);
    },
  );

  const logIns = ways.filter(({ name }) => name.startsWith("a log-in"));
  it.each(logIns)(
    "$name with the old password: the password change leaves its own session alone",
    async (way) => {
      const trials = sample(trialsOf(await requestsOf(way)));
      for (const trial of trials) {
        await test.direct.flushAll();
        const { user, browser } = await visitorFor(way);
        const owner = createVisitor();
        await owner.post(healthy.login, { username: user.name, password });
        const change = { current: password, next: "staple horse battery", endOthers: true };
        await send(way, { name: user.name, browser, key: crypto.randomUUID() }, trial, async () => {
          expect((await owner.post(healthy.password, change)).status).toBe(200);
        });
        proxy.reset();
        await proxy.releaseLate();
        await expect
          .poll(async () => [trial, (await alive()).users], {
            timeout: 10_000,
          })
          .toEqual([trial, 1]);
        expect(await seenBy(owner)).toMatchObject({ isSignedIn: true });
      }
    },
  );
});

describe("a change of a session that the server has seen, its commands in any order, any one of them failing", () => {
  const add = (to: AppServer, { browser, sku, key }: { browser: TestVisitor; sku: string; key: string }) => {
    const copy = createVisitor(browser.cookie);
    return copy.post(to.cartAdd, { sku }, { "idempotency-key": key });
  };

  it.each(["a visitor's", "a user's"] as const)(
    "%s: it is made once, with what another server changes meanwhile",
    async (carries) => {
      const prepared = () => visitorFor({ name: "", carries, endpoint: login, fields: credentials });
      const isUsers = carries === "a user's";
      const results = [];
      for (const [at, trial] of sample(trialsOf([isUsers ? 3 : 2])).entries()) {
        const { browser, totes } = await prepared();
        // From now on this server has seen it.
        await browser.get(server.session, "/api/session?peek=1");
        const isStale = at % 3 === 0;
        if (isStale) await add(healthy, { browser, sku: "sling", key: crypto.randomUUID() });
        const key = crypto.randomUUID();
        proxy.reset(trial.at, trial.scattering, () =>
          add(healthy, { browser, sku: "lantern", key: "from-another-server" }),
        );
        const first = await add(server, { browser, sku: "tote", key });
        proxy.reset();
        if (at % 2 === 0) await proxy.releaseLate();
        const last = first.status === 503 ? await add(server, { browser, sku: "tote", key }) : first;
        await proxy.releaseLate();
        const { session } = await (await browser.get(healthy.session, "/api/session?peek=1")).json();
        const quantities = Object.fromEntries(
          session.cart.lines.map(({ sku, quantity }: { sku: string; quantity: number }) => [sku, quantity]),
        );
        results.push({
          isOk: last.ok,
          isExpected: first.ok || !isWhole(trial),
          ...{ quantities, expected: { tote: totes + 1, lantern: 1, ...(isStale && { sling: 1 }) } },
        });
      }
      const numbers = {
        trials: results.length,
        refused: countOf(results, ({ isOk, isExpected }) => !isOk || !isExpected),
        wrong: countOf(results, ({ quantities, expected }) =>
          Object.entries(expected).some(([sku, quantity]) => quantities[sku] !== quantity),
        ),
      };
      await record(`scattered-change-of-${named({ name: carries })}`, numbers);
      expect(numbers).toEqual({ trials: results.length, refused: 0, wrong: 0 });
    },
  );
});

itLeavesNoKeyWithoutTtl("scattered", () => test);
