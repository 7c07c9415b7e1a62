import { redisKeys } from "@carryover/session/internal/redis/keys";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import * as sessions from "@/app/api/sessions/route";

vi.spyOn(console, "error").mockImplementation(() => {});
const ada = { username: "ada", password: "correct horse battery" };
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const isSignedIn = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET)).json()).authenticated === true;
const listOf = async (visitor: TestVisitor) => (await visitor.get(sessions.GET)).json();

/** Registers Ada, and signs her in on more devices. */
async function adasDevices(count: number): Promise<TestVisitor[]> {
  const first = createVisitor();
  await first.post(register.POST, ada, { "user-agent": FIREFOX });
  const others = Array.from({ length: count - 1 }, () => createVisitor());
  for (const each of others) await each.post(login.POST, ada);
  return [first, ...others];
}

/** Makes a sign-in older than five minutes, as only Redis can. */
async function ageSessions(): Promise<void> {
  for (const key of await test.direct.keys("session:*")) {
    const text = (await test.direct.get(key)) ?? "";
    const older = text.replace(
      /"createdAt":(\d+)/,
      (_, createdAt) => `"createdAt":${Number(createdAt) - 301_000}`,
    );
    await test.direct.set(key, older, { expiration: "KEEPTTL" });
  }
}

describe("the list of devices", () => {
  it("marks the current session, newest first, with a readable device and without an ID", async () => {
    const [first, second] = await adasDevices(2);
    if (!first || !second) throw new Error("two devices");
    const list = await listOf(second);
    const handles = await Promise.all(
      [second, first].map(async (each) => (await (await each.get(session.GET)).json()).session.handle),
    );
    expect(list.map(({ handle }: { handle: string }) => handle)).toEqual(handles);
    expect(list.map(({ current }: { current: boolean }) => current)).toEqual([true, false]);
    expect(list[1]).toMatchObject({ device: "Firefox on Linux", servedBy: "a" });
    expect(list[0]).toMatchObject({ device: "an unknown device" });
    const keys = await test.direct.keys("session:*");
    for (const key of keys) expect(JSON.stringify(list)).not.toContain(key.slice("session:".length));
  });

  it("says when each was last seen: a listing on another device does not count", async () => {
    const [first, second] = await adasDevices(2);
    if (!first || !second) throw new Error("two devices");
    const seen = async () => Date.parse((await listOf(second))[1].lastSeenAt);
    const before = await seen();
    expect(await seen()).toBeLessThanOrEqual(before + 2);
    await expect
      .poll(async () => {
        await first.get(session.GET);
        return seen();
      })
      .toBeGreaterThan(before);
  });

  it("is for the signed-in", async () => {
    expect(await codeOf(await createVisitor().get(sessions.GET))).toEqual([401, "sign-in"]);
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    expect(await codeOf(await visitor.get(sessions.GET))).toEqual([401, "sign-in"]);
    expect(await codeOf(await visitor.post(revoke.POST, { all: 1 }))).toEqual([401, "sign-in"]);
  });
});

describe("ending sessions", () => {
  it("ends one by its handle, and the others go on", async () => {
    const [first, second, third] = await adasDevices(3);
    if (!first || !second || !third) throw new Error("three devices");
    const { handle } = (await (await second.get(session.GET)).json()).session;
    const response = await first.post(revoke.POST, { handle });
    expect(await response.json()).toEqual({ ended: 1 });
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await Promise.all([first, second, third].map(isSignedIn))).toEqual([true, false, true]);
  });

  it("ends all others, or all; the cookie goes only with its own session", async () => {
    const [first, second, third] = await adasDevices(3);
    if (!first || !second || !third) throw new Error("three devices");
    expect(await (await second.post(revoke.POST, { others: 1 })).json()).toEqual({ ended: 2 });
    expect(await Promise.all([first, second, third].map(isSignedIn))).toEqual([false, true, false]);
    const response = await second.submit(revoke.POST, { all: "1" });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    expect(second.cookie).toBe("session=");
    expect(await test.direct.keys("user-sessions:*")).toEqual([]);
  });

  it("ends nothing with the idempotency key of another request", async () => {
    const [first, second] = await adasDevices(2);
    if (!first || !second) throw new Error("two devices");
    const key = { "idempotency-key": "the-key-of-another-request" };
    await first.post(cartAdd.POST, { sku: "tote" }, key);
    expect(await codeOf(await first.post(revoke.POST, { others: 1 }, key))).toEqual([422, "invalid"]);
    expect(await isSignedIn(second)).toBe(true);
  });

  it("knows no handle of another user", async () => {
    const [first] = await adasDevices(1);
    const mallory = createVisitor();
    await mallory.post(guest.POST);
    const { handle } = (await (await mallory.get(session.GET)).json()).session;
    if (first) expect(await codeOf(await first.post(revoke.POST, { handle }))).toEqual([404, "not-found"]);
    expect(await isSignedIn(mallory)).toBe(true);
  });

  it("wants exactly one of handle, others and all", async () => {
    const [first] = await adasDevices(1);
    for (const fields of [{}, { all: 1, others: 1 }, { handle: "x", all: 1 }, { others: 0 }]) {
      if (first) expect((await first.post(revoke.POST, fields)).status).toBe(400);
    }
    if (first) expect(await isSignedIn(first)).toBe(true);
  });

  it("takes a flag that says that it is not set for none", async () => {
    const [first, second] = await adasDevices(2);
    const handle = (await (await second?.get(session.GET))?.json())?.session.handle;
    const ended = await first?.post(revoke.POST, { handle, others: false, all: false });
    expect(ended?.status).toBe(200);
    if (first && second) expect([await isSignedIn(first), await isSignedIn(second)]).toEqual([true, false]);
  });

  it("asks for the password again once the sign-in is five minutes old; a guest has none", async () => {
    const [first, second] = await adasDevices(2);
    if (!first || !second) throw new Error("two devices");
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    await ageSessions();
    for (const wrong of [undefined, "", "not her password"]) {
      const fields = { others: 1, ...(wrong !== undefined && { password: wrong }) };
      expect(await codeOf(await first.post(revoke.POST, fields))).toEqual([401, "confirm"]);
    }
    expect(await isSignedIn(second)).toBe(true);
    expect((await first.post(revoke.POST, { others: 1, password: ada.password })).status).toBe(200);
    expect(await isSignedIn(second)).toBe(false);
    expect((await visitor.post(revoke.POST, { all: 1 })).status).toBe(200);
  });
});

describe("changing the password", () => {
  const changed = { current: ada.password, next: "incorrect horse battery" };

  it("gives the session a new ID, keeps its cart and both its timeouts, and the old ID is dead", async () => {
    const [first] = await adasDevices(1);
    if (!first) throw new Error("one device");
    await first.post(cartAdd.POST, { sku: "tote" });
    const before = (await (await first.get(session.GET)).json()).session;
    const old = createVisitor(first.cookie);
    const response = await first.post(password.POST, changed);
    expect(response.status).toBe(200);
    const after = (await response.json()).session;
    for (const field of ["createdAt", "expiresAt", "idleSeconds"]) expect(after[field]).toBe(before[field]);
    expect(after.cart).toEqual(before.cart);
    expect(after.handle).not.toBe(before.handle);
    expect(await isSignedIn(first)).toBe(true);
    expect(await isSignedIn(old)).toBe(false);
    expect(await codeOf(await createVisitor().post(login.POST, ada))).toEqual([401, "bad-credentials"]);
    expect((await createVisitor().post(login.POST, { ...ada, password: changed.next })).status).toBe(200);
  });

  it("ends the others where that is wished, and only then", async () => {
    const [first, second] = await adasDevices(2);
    if (!first || !second) throw new Error("two devices");
    await first.post(password.POST, changed);
    expect(await isSignedIn(second)).toBe(true);
    await first.post(password.POST, { current: changed.next, next: ada.password, endOthers: true });
    expect(await isSignedIn(second)).toBe(false);
    expect(await listOf(first)).toHaveLength(1);
  });

  it("asks for the current one, always, and refuses a common one", async () => {
    const [first] = await adasDevices(1);
    if (!first) throw new Error("one device");
    const refused = async (fields: object) =>
      codeOf(await first.post(password.POST, { ...changed, ...fields }));
    expect(await refused({ current: "not her password" })).toEqual([401, "bad-credentials"]);
    expect(await refused({ next: "password123" })).toEqual([400, "invalid"]);
    expect(await refused({ next: "ada@carryover" })).toEqual([400, "invalid"]);
    expect(await refused({ next: "short" })).toEqual([400, "invalid"]);
    expect(await codeOf(await createVisitor().post(password.POST, changed))).toEqual([401, "sign-in"]);
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    expect(await codeOf(await visitor.post(password.POST, changed))).toEqual([401, "bad-credentials"]);
  });

  it("never takes the new password of a form for a page to go to", async () => {
    const [first] = await adasDevices(1);
    const response = await first?.submit(password.POST, { ...changed, next: "/profile-of-ada" });
    expect(response?.headers.get("location")).toBe("/");
    const refused = await first?.submit(password.POST, { ...changed, next: "/another-of-ada" });
    expect(refused?.headers.get("location")).toBe("/profile?error=bad-credentials&field=current");
  });

  it("lets one of two changes at once win", async () => {
    const [first, second] = await adasDevices(2);
    if (!first || !second) throw new Error("two devices");
    const statuses = await Promise.all(
      [first, second].map(
        async (each, at) =>
          (await each.post(password.POST, { ...changed, next: `${changed.next} ${at}` })).status,
      ),
    );
    expect(statuses.sort()).toEqual([200, 401]);
  });
});

it("keeps the list of a user's sessions no longer than the longest of them", async () => {
  await adasDevices(2);
  const [key = ""] = await test.direct.keys("user-sessions:*");
  expect(key).toBe(redisKeys("").userSessions(key.slice("user-sessions:".length)));
  const ttlMs = await test.direct.pTTL(key);
  expect(ttlMs).toBeGreaterThan(604_700_000);
  expect(ttlMs).toBeLessThanOrEqual(604_800_000);
});
