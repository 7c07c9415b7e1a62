import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as accountDelete from "@/app/api/account/delete/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as sessions from "@/app/api/sessions/route";

vi.spyOn(console, "error").mockImplementation(() => {});
const ada = { username: "ada", password: "correct horse battery" };
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const viewOf = async (visitor: TestVisitor) => (await visitor.get(session.GET, "/api/session?peek=1")).json();
const isSignedIn = async (visitor: TestVisitor) => (await viewOf(visitor)).authenticated === true;
const confirmed = { password: ada.password };

const requestsOf = (work: () => Promise<unknown>) => countRequests(test, work);

/** Registers Ada, and signs her in on a second device. */
async function adasDevices(): Promise<[TestVisitor, TestVisitor]> {
  const [first, second] = [createVisitor(), createVisitor()];
  await first.post(register.POST, ada);
  await second.post(login.POST, ada);
  return [first, second];
}

describe("deleting an account", () => {
  it("ends every session, clears this cookie, and nobody signs in to it again", async () => {
    const [first, second] = await adasDevices();
    await first.post(cartAdd.POST, { sku: "tote" });
    const stolen = createVisitor(first.cookie);
    const response = await first.post(accountDelete.POST, confirmed);
    expect([response.status, await response.json()]).toEqual([200, { deleted: true }]);
    expect(first.cookie).toBe("session=");
    expect(await Promise.all([stolen, second].map(isSignedIn))).toEqual([false, false]);
    expect(await codeOf(await second.post(cartAdd.POST, { sku: "tote" }))).toEqual([401, "no-session"]);
    expect(await codeOf(await createVisitor().post(login.POST, ada))).toEqual([401, "bad-credentials"]);
    expect(await test.direct.keys("account:*")).toEqual([]);
  });

  it("takes a form, and goes to the shop", async () => {
    const [first] = await adasDevices();
    const response = await first.submit(accountDelete.POST, confirmed);
    expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
    expect(first.cookie).toBe("session=");
  });

  it("leaves no key but the closed list and tombstones, each with its end", async () => {
    const [first] = await adasDevices();
    const { user } = (await viewOf(first)).session;
    await first.post(accountDelete.POST, confirmed);
    for (const key of await test.direct.keys("*")) {
      const ttlMs = await test.direct.pTTL(key);
      expect(ttlMs, key).toBeGreaterThan(0);
      // All users share the index of active sessions. What it has of ended sessions goes with a later request.
      if (key.startsWith("active-sessions:")) continue;
      expect(ttlMs, key).toBeLessThanOrEqual(60_000);
      if (key.startsWith("session:")) expect(await test.direct.get(key)).toMatch(/^\{"ended":/);
    }
    expect(await test.direct.zRange(`user-sessions:${user.id}`, 0, -1)).toEqual(["closed"]);
  });

  it("frees the name at once: the next to register it is a new user, without any data of the old one", async () => {
    const [first] = await adasDevices();
    const before = (await viewOf(first)).session.user;
    await first.post(accountDelete.POST, confirmed);
    const next = createVisitor();
    expect((await next.post(register.POST, ada)).status).toBe(201);
    const view = (await viewOf(next)).session;
    expect(view.user).toEqual({ id: expect.any(String), name: "ada" });
    expect(view.user.id).not.toBe(before.id);
    expect(await (await next.get(sessions.GET)).json()).toHaveLength(1);
    expect((await createVisitor().post(login.POST, ada)).status).toBe(200);
  });

  it("asks for the password, always: without it or with a wrong one all stays as it was", async () => {
    const [first, second] = await adasDevices();
    const refused = async (fields: object) => codeOf(await first.post(accountDelete.POST, { ...fields }));
    expect(await refused({})).toEqual([401, "confirm"]);
    expect(await refused({ password: "" })).toEqual([401, "confirm"]);
    expect(await refused({ password: "not her password" })).toEqual([401, "bad-credentials"]);
    expect(await refused({ password: ["correct horse battery"] })).toEqual([400, "invalid"]);
    const form = await first.submit(accountDelete.POST, { password: "not her password" });
    expect(form.headers.get("location")).toBe("/profile?error=bad-credentials&field=password");
    expect(await Promise.all([first, second].map(isSignedIn))).toEqual([true, true]);
    const another = { ...ada, password: "not her password" };
    expect(await codeOf(await createVisitor().post(register.POST, another))).toEqual([409, "taken"]);
  });

  it("is for the signed-in, each for their own", async () => {
    const [first] = await adasDevices();
    expect(await codeOf(await createVisitor().post(accountDelete.POST, confirmed))).toEqual([401, "sign-in"]);
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    expect(await codeOf(await visitor.post(accountDelete.POST, confirmed))).toEqual([401, "sign-in"]);
    const bob = createVisitor();
    await bob.post(register.POST, { username: "bob", password: "incorrect horse battery" });
    expect(await codeOf(await bob.post(accountDelete.POST, confirmed))).toEqual([401, "bad-credentials"]);
    expect((await bob.post(accountDelete.POST, { password: "incorrect horse battery" })).status).toBe(200);
    expect(await isSignedIn(first)).toBe(true);
  });

  it("ends the session of a guest, who has no account and no password", async () => {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    const before = createVisitor(visitor.cookie);
    const response = await visitor.post(accountDelete.POST);
    expect([response.status, await response.json()]).toEqual([200, { deleted: true }]);
    expect(visitor.cookie).toBe("session=");
    expect(await isSignedIn(before)).toBe(false);
  });

  it("is done by two devices at once, and by one that was cut off after the account was gone", async () => {
    const devices = await adasDevices();
    const answers = await Promise.all(devices.map((each) => each.post(accountDelete.POST, confirmed)));
    // A request after the end is signed out already.
    for (const { status } of answers) expect([200, 401]).toContain(status);
    expect(answers.map(({ status }) => status)).toContain(200);
    expect(await test.direct.keys("account:*")).toEqual([]);

    const [first, second] = await adasDevices();
    await test.direct.del("account:ada");
    const another = createVisitor();
    await another.post(register.POST, ada);
    expect((await first.post(accountDelete.POST, confirmed)).status).toBe(200);
    expect(await isSignedIn(second)).toBe(false);
    expect(await isSignedIn(another)).toBe(true);
    expect((await createVisitor().post(login.POST, ada)).status).toBe(200);
  });

  it("or a change of the password at the same moment: one of them wins, and no session outlives the account", async () => {
    const changed = { current: ada.password, next: "incorrect horse battery" };
    for (let each = 0; each < 3; each++) {
      const [first, second] = await adasDevices();
      const [deleted, renewed] = await Promise.all([
        first.post(accountDelete.POST, confirmed),
        second.post(password.POST, changed),
      ]);
      if (deleted.status === 200) {
        expect([401, 409]).toContain(renewed.status);
        expect(await Promise.all([first, second].map(isSignedIn))).toEqual([false, false]);
        expect(await test.direct.keys("account:*")).toEqual([]);
      } else {
        expect([await codeOf(deleted), renewed.status]).toEqual([[401, "bad-credentials"], 200]);
        expect(await Promise.all([first, second].map(isSignedIn))).toEqual([true, true]);
        expect((await first.post(accountDelete.POST, { password: changed.next })).status).toBe(200);
      }
    }
  });

  it("costs six requests to Redis; a guest's four, and no more than one without a password", async () => {
    const [first] = await adasDevices();
    const cost = (visitor: TestVisitor, fields: object) =>
      requestsOf(() => visitor.post(accountDelete.POST, { ...fields }));
    expect(await cost(first, {})).toBe(1);
    expect(await cost(first, confirmed)).toBe(6);
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    expect(await cost(visitor, {})).toBe(4);
    expect(await cost(createVisitor(), confirmed)).toBe(0);
  });
});
