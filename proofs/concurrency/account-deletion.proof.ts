import { scryptSync } from "node:crypto";
import { indexAddScript } from "@carryover/session/internal/redis/scripts/lua";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { type AppServer, startAppServer } from "../support/app-server";
import { itLeavesNoKeyWithoutTtl, keysOf, liveSessionsOf } from "../support/kept-keys";
import { record } from "../support/record";
import { sendsScript } from "../support/sends-script";
import { anyOf } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";
import { pause } from "./meeting";

let test: TestEnv;
let proxy: FaultProxy;
let servers: readonly [AppServer, AppServer];
/** Where people sign in: between the password and the session it takes its time. */
let slow: AppServer;

const PASSWORD = "correct horse battery";
const SIGN_INS = 4;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000", SIGN_IN_LIMIT: "1000000" });
  const start = (name: string) => startAppServer({ ...test.variables, INSTANCE_NAME: name });
  servers = [await start("a"), await start("b")];
  proxy = await startFaultProxy({ target: test.cloud.url, affects: sendsScript(indexAddScript) });
  proxy.random({ rate: 1, faults: [5, 30, 60, 90].map((delayMs) => ({ delayMs })) });
  slow = await startAppServer({ ...test.variables, UPSTASH_REDIS_REST_URL: proxy.url, INSTANCE_NAME: "c" });
});
afterAll(async () => {
  await proxy?.close();
  await test?.stop();
});

// A hash that costs next to nothing, so that it is the requests to Redis that meet.
const COST = { N: 2, r: 1, p: 1 };
const quickHash = () => {
  const salt = Buffer.alloc(16, 1);
  const key = scryptSync(PASSWORD, salt, 32, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
};

async function plantAccount(username: string): Promise<string> {
  const id = crypto.randomUUID();
  const account = { id, name: username, passwordHash: quickHash(), createdAt: Date.now() };
  await test.direct.set(`account:${username}`, JSON.stringify(account));
  return id;
}

let addresses = 0;
/** Each from an address of its own: one address has half of the places for hashes. */
const from = () => ({ "x-forwarded-for": `192.0.2.${addresses++ % 250}` });

const soon = <T>(work: () => Promise<T>, atMostMs = 20) => pause(Math.random() * atMostMs).then(work);

it("a deletion that meets sign-ins and requests of other devices leaves no session and no account", async () => {
  const trials = trialsOf("deletions");
  // One after the other: these servers are one process with one queue of hashes, which holds the seven of a trial.
  const results = await repeat({ trials, atOnce: 1 }, async (at) => {
    const user = { username: `user-${at}`, password: PASSWORD };
    const userId = await plantAccount(user.username);
    const signIn = async () => {
      const browser = createVisitor();
      return { browser, status: (await browser.post(slow.login, user, from())).status };
    };
    const [owner, ...others] = (await Promise.all(Array.from({ length: 3 }, signIn))).map(
      ({ browser }) => browser,
    );
    if (!owner) throw new Error("An owner.");
    const [deleted, signIns, ...requests] = await Promise.all([
      soon(() => owner.post(anyOf(servers).accountDelete, { password: PASSWORD }, from()), 150),
      Promise.all(Array.from({ length: SIGN_INS }, () => soon(signIn, 80))),
      ...others.flatMap((each) => [
        soon(() => each.post(anyOf(servers).cartAdd, { sku: "tote" })),
        soon(() => each.post(anyOf(servers).views)),
        soon(() => each.get(anyOf(servers).session)),
        // A rotation: the same browser signs in once more.
        soon(() => createVisitor(each.cookie).post(anyOf(servers).login, user, from())),
      ]),
    ]);
    const browsers = [owner, ...others, ...signIns.map(({ browser }) => browser)];
    const shown = await Promise.all(
      browsers.map(async (each) => (await each.get(anyOf(servers).session)).json()),
    );
    return {
      isDeleted: deleted.status === 200,
      signedIn: countOf(shown, ({ authenticated }) => authenticated),
      accounts: await test.direct.exists(`account:${user.username}`),
      listed: countOf(
        await test.direct.zRange(`user-sessions:${userId}`, 0, -1),
        (each) => !["closed", "least-version"].includes(each),
      ),
      listMs: await test.direct.pTTL(`user-sessions:${userId}`),
      before: countOf(signIns, ({ status }) => status === 200),
      underWay: countOf(signIns, ({ status }) => status === 409),
      after: countOf(signIns, ({ status }) => status === 401),
      failures: countOf(requests, ({ status }) => status >= 500),
    };
  });
  const sumOf = (count: (result: (typeof results)[number]) => number) =>
    results.reduce((sum, each) => sum + count(each), 0);
  const numbers = {
    trials,
    deleted: countOf(results, ({ isDeleted }) => isDeleted),
    sessionsLeft: (await liveSessionsOf(test.direct, "")).length + sumOf(({ signedIn }) => signedIn),
    accountsLeft: (await keysOf(test.direct, "account:")).length + sumOf(({ accounts }) => accounts),
    listedLeft: sumOf(({ listed }) => listed),
    // Gone within the minute: no list stays.
    longLists: countOf(results, ({ listMs }) => listMs > 60_000 || listMs === -1),
    failures: sumOf(({ failures }) => failures),
    signedInBefore: sumOf(({ before }) => before),
    signedInUnderWay: sumOf(({ underWay }) => underWay),
    signedInAfter: sumOf(({ after }) => after),
  };
  await record("account-deletion", numbers);
  expect(numbers).toMatchObject({
    deleted: trials,
    sessionsLeft: 0,
    accountsLeft: 0,
    listedLeft: 0,
    longLists: 0,
    failures: 0,
  });
  // They did meet: some signed in before; some came too late, or were overtaken between the password and the session, which
  // the log-in sees at its list (409) or at its account (401).
  const met = [numbers.signedInBefore, numbers.signedInUnderWay + numbers.signedInAfter];
  expect(Math.min(...met)).toBeGreaterThan(0);
});

itLeavesNoKeyWithoutTtl("account-deletion", () => test);
