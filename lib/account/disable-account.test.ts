import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as login from "@/app/api/login/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import { redisAccountStore } from "@/lib/account/redis-account-store";
import { sessionCodec } from "@/lib/test-session";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { disableAccount } from "./disable-account";

vi.spyOn(console, "error").mockImplementation(() => {});
const ada = { username: "ada", password: "correct horse battery" };
let test: TestEnv;
let proxy: FaultProxy;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000", SIGN_IN_LIMIT: "1000" });
  // The app asks Redis by way of the proxy, the operator does not.
  proxy = await startFaultProxy({
    target: test.cloud.url,
    affects({ body }) {
      if (!body.includes(lateOnes)) return false;
      onLate();
      return true;
    },
  });
  const variables = { ...test.variables, UPSTASH_REDIS_REST_URL: proxy.url };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
beforeEach(async () => {
  await test.direct.flushAll();
  lateOnes = NONE;
});
afterAll(async () => {
  await proxy?.close();
  await test?.stop();
});

const NONE = "no request holds this";
/** What the requests hold that come late, and what to do when one is there. */
let lateOnes = NONE;
let onLate = () => {};

function stores() {
  const redis = redisWithin(test.env, 10_000);
  const keys = redisKeys("");
  return {
    accounts: redisAccountStore({ redis, keys }),
    sessions: redisSessionStore({ redis, keys, codec: sessionCodec, lifetimeSeconds: 3600 }),
  };
}
const disable = (name: string, nowMs = Date.now()) => disableAccount(stores(), { name, nowMs });
const enable = (name: string) => stores().accounts.setDisabled(name, null);

const isSignedIn = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET)).json()).authenticated;

/** Registers Ada, and signs her in on a second device. */
async function adasDevices(): Promise<TestVisitor[]> {
  const [first, second] = [createVisitor(), createVisitor()];
  await first.post(register.POST, ada);
  await second.post(login.POST, ada);
  return [first, second];
}

describe("disabling an account", () => {
  it("ends every session at once, and nobody signs in: the answer is that to a wrong password", async () => {
    const devices = await adasDevices();
    expect(await disable("ada")).toBe(2);
    expect(await Promise.all(devices.map(isSignedIn))).toEqual([false, false]);
    for (const each of devices)
      expect(await codeOf(await each.post(cartAdd.POST, { sku: "tote" }))).toEqual([401, "no-session"]);
    const right = await createVisitor().post(login.POST, ada);
    const wrong = await createVisitor().post(login.POST, { ...ada, password: "not her password" });
    expect([right.status, await right.json()]).toEqual([401, await wrong.json()]);
    expect(right.headers.get("set-cookie")).toBeNull();
  });

  it("keeps the name: nobody else registers it", async () => {
    await adasDevices();
    await disable("ada");
    const another = { ...ada, password: "incorrect horse battery" };
    expect(await codeOf(await createVisitor().post(register.POST, another))).toEqual([409, "taken"]);
    expect(await codeOf(await createVisitor().post(register.POST, ada))).toEqual([401, "bad-credentials"]);
  });

  it("leaves other accounts alone", async () => {
    await adasDevices();
    const bob = createVisitor();
    await bob.post(register.POST, { ...ada, username: "bob" });
    await disable("ada");
    expect(await isSignedIn(bob)).toBe(true);
    expect((await createVisitor().post(login.POST, { ...ada, username: "bob" })).status).toBe(200);
  });

  it("may be asked for again, by whoever was cut off: the time of the first stays", async () => {
    await adasDevices();
    await disable("ada", 1000);
    expect(await disable("ada", 2000)).toBe(0);
    expect(JSON.parse((await test.direct.get("account:ada")) ?? "")).toMatchObject({ disabledAt: 1000 });
  });

  it("says so where there is no such account", async () => {
    expect(await disable("nobody")).toBeNull();
    expect(await test.direct.keys("*")).toEqual([]);
  });

  // One request of the sign-in comes late: the last before the session is listed, and those after it.
  it.each([
    ["was about to look the account up", "account:ada"],
    ["had found it enabled, and was about to list its session", '"user-sessions:'],
    ["was about to begin the session that it had listed", '"session:'],
  ])("leaves no session of a sign-in that %s", async (_, late) => {
    await createVisitor().post(register.POST, ada);
    const racer = createVisitor();
    const arrived = new Promise<void>((resolve) => {
      lateOnes = late;
      onLate = resolve;
    });
    proxy.next({ delayMs: 1500 });
    const signingIn = racer.post(login.POST, ada);
    await arrived;
    await disable("ada");
    expect((await signingIn).status).toBeGreaterThanOrEqual(400);
    expect(await isSignedIn(racer)).toBe(false);
    for (const key of await test.direct.keys("session:*"))
      expect(await test.direct.get(key)).toMatch(/^\{"ended":/);
  });
});

describe("enabling it", () => {
  it("lets its owner in again, with the same password, when the list of sessions is open again", async () => {
    await adasDevices();
    await disable("ada");
    expect(await enable("ada")).not.toHaveProperty("disabledAt");
    const [list = ""] = await test.direct.keys("user-sessions:*");
    expect(await test.direct.pTTL(list)).toBeLessThanOrEqual(60_000);
    await test.direct.del(list);
    expect((await createVisitor().post(login.POST, ada)).status).toBe(200);
  });

  it("leaves an account as it was that was not disabled", async () => {
    await adasDevices();
    const before = await test.direct.get("account:ada");
    await enable("ada");
    expect(await test.direct.get("account:ada")).toBe(before);
    expect(await enable("nobody")).toBeNull();
  });
});
