import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as cart from "@/app/api/cart/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const credentials = { username: "Ada", password: "correct horse battery" };
const sessionKeys = async () => (await test.direct.keys("session:*")).sort();
const alive = async () => {
  const values = await Promise.all((await sessionKeys()).map((key) => test.direct.get(key)));
  return values.filter((value) => value?.startsWith('{"v":')).length;
};
const userIdOf = async ({ cookie }: TestVisitor): Promise<unknown> =>
  (await (await createVisitor(cookie).get(session.GET)).json()).session.user.id;
const theCart = async (cookie: string) => (await createVisitor(cookie).get(cart.GET)).json();

describe("signing in", () => {
  it("gives a new ID; the old one is dead at once and leads to no session", async () => {
    const ada = createVisitor();
    await ada.post(cartAdd.POST, { sku: "tote", quantity: 2 });
    const eves = { username: "eve", password: "incorrect horse battery" };
    await createVisitor().post(register.POST, eves);
    for (const [route, fields, status] of [
      [register.POST, credentials, 201],
      [login.POST, credentials, 200],
      [guest.POST, {}, 200],
    ] as const) {
      const fixed = createVisitor(ada.cookie);
      expect((await ada.post(route, fields)).status).toBe(status);
      expect(ada.cookie).not.toBe(fixed.cookie);
      expect(await (await fixed.get(session.GET)).json()).toMatchObject({
        authenticated: false,
        session: null,
      });
      expect(await codeOf(await fixed.post(cartAdd.POST, { sku: "sling" }))).toEqual([401, "no-session"]);
      // Hashing a password is slow: the old cookie is tried at these endpoints once.
      const withPassword = [
        [register.POST, { ...credentials, username: "somebody" }],
        [login.POST, eves],
      ] as const;
      for (const [again, sent] of [[guest.POST, {}] as const, ...(status === 201 ? withPassword : [])]) {
        const thief = createVisitor(fixed.cookie);
        expect((await thief.post(again, sent)).ok).toBe(true);
        const { session: theirs } = await (await thief.get(session.GET)).json();
        expect(theirs).toMatchObject({ cart: { quantity: 0 } });
        expect(theirs.user.id).not.toBe(await userIdOf(ada));
      }
      expect((await fixed.post(logout.POST)).status).toBe(200);
      expect(fixed.cookie).toBe("session=");
      expect(await (await ada.get(session.GET)).json()).toMatchObject({ authenticated: true });
    }
  });

  it("carries a visitor's cart and the user's own, never another user's; signing out ends it", async () => {
    const ada = createVisitor();
    await ada.post(cartAdd.POST, { sku: "tote", quantity: 2 });
    await ada.post(register.POST, credentials);
    expect(await theCart(ada.cookie)).toMatchObject({ quantity: 2 });
    await ada.post(login.POST, credentials);
    expect(await theCart(ada.cookie)).toMatchObject({ quantity: 2 });
    const adas = ada.cookie;
    await ada.post(guest.POST);
    expect(await theCart(ada.cookie)).toMatchObject({ quantity: 0 });
    expect(await (await createVisitor(adas).get(session.GET)).json()).toMatchObject({ session: null });
    await ada.post(cartAdd.POST, { sku: "tote" });
    await ada.post(logout.POST);
    await ada.post(login.POST, credentials);
    expect(await theCart(ada.cookie)).toMatchObject({ quantity: 0 });
  });

  it("clicked again after its cookie has arrived, ends as if clicked once", async () => {
    for (const [route, fields] of [
      [guest.POST, {}],
      [register.POST, credentials],
      [login.POST, credentials],
    ] as const) {
      const ada = createVisitor();
      await ada.post(cartAdd.POST, { sku: "tote" });
      const key = { idempotencyKey: "the-key-of-this-form" };
      await ada.submit(route, { ...fields, ...key });
      const [id, once] = [await userIdOf(ada), await alive()];
      const again = await ada.submit(route, { ...fields, ...key });
      expect(again.headers.get("location")).toBe("/profile");
      expect(await userIdOf(ada)).toBe(id);
      expect(await theCart(ada.cookie)).toMatchObject({ quantity: 1 });
      expect(await alive()).toBe(once);
    }
    // Another click, or another's planted session, is another guest without its cart.
    const eve = createVisitor();
    await eve.post(cartAdd.POST, { sku: "tote" });
    await eve.submit(guest.POST, { idempotencyKey: "a-key-that-eve-knows" });
    const victim = createVisitor(eve.cookie);
    await victim.submit(guest.POST, { idempotencyKey: "a-key-of-the-victim" });
    expect(await theCart(victim.cookie)).toMatchObject({ quantity: 0 });
    expect((await (await eve.get(session.GET)).json()).authenticated).toBe(false);
  });

  it("repeated after the log-out, signs in nobody", async () => {
    await createVisitor().post(register.POST, credentials);
    const key = { "idempotency-key": "the-key-of-this-form" };
    for (const [route, fields] of [
      [register.POST, credentials],
      [login.POST, credentials],
      [guest.POST, {}],
    ] as const) {
      const ada = createVisitor();
      await ada.post(cartAdd.POST, { sku: "tote" });
      const late = createVisitor(ada.cookie);
      expect((await ada.post(route, fields, key)).status).toBe(200);
      await ada.post(logout.POST);
      const before = await sessionKeys();
      const answer = await late.post(route, fields, key);
      expect(answer.headers.get("set-cookie")).toBeNull();
      expect(await codeOf(answer)).toEqual([409, "session-changed"]);
      expect(await sessionKeys()).toEqual(before);
      // Another one is another matter.
      expect((await late.post(route, fields, { "idempotency-key": "the-key-of-another" })).status).toBe(200);
    }
  });

  it("answers an unknown user like a wrong password, in every byte", async () => {
    await createVisitor().post(register.POST, credentials);
    const wrong = await createVisitor().post(login.POST, { ...credentials, password: "wrong horse battery" });
    const unknown = await createVisitor().post(login.POST, { ...credentials, username: "nobody" });
    expect([unknown.status, await unknown.text()]).toEqual([wrong.status, await wrong.text()]);
    expect(unknown.status).toBe(401);
  });

  it("is refused to a taken name, to one in another case, and to a guest's", async () => {
    await createVisitor().post(register.POST, credentials);
    const taken = { username: "ADA", password: "incorrect horse battery" };
    expect(await codeOf(await createVisitor().post(register.POST, taken))).toEqual([409, "taken"]);
    const asGuest = { ...credentials, username: "guest-12345678" };
    expect(await codeOf(await createVisitor().post(register.POST, asGuest))).toEqual([400, "invalid"]);
    const common = { username: "bob", password: "Password123" };
    expect(await codeOf(await createVisitor().post(register.POST, common))).toEqual([400, "invalid"]);
    expect(await test.direct.keys("account:*")).toEqual(["account:ada"]);
  });

  it("is refused with a password that is made of the user's name and the site's", async () => {
    const own = { username: "grace", password: "Grace@Carryover1" };
    expect(await codeOf(await createVisitor().post(register.POST, own))).toEqual([400, "invalid"]);
    const longer = { ...own, password: "grace likes a carryover of tea" };
    expect((await createVisitor().post(register.POST, longer)).status).toBe(201);
  });

  it("lets one of two at once win; the other gets 409 and leaves no session behind", async () => {
    const ada = createVisitor();
    await ada.post(cartAdd.POST, { sku: "tote" });
    const tabs = [createVisitor(ada.cookie), createVisitor(ada.cookie)];
    const answers = await Promise.all(tabs.map((tab) => tab.post(guest.POST)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = tabs.find(({ cookie }) => cookie !== ada.cookie);
    expect(await (await winner?.get(session.GET))?.json()).toMatchObject({
      session: { cart: { quantity: 1 } },
    });
    expect(await alive()).toBe(1);
  });
});

it("does the same work for an unknown user as for a wrong password, so the time reveals nothing", async () => {
  await createVisitor().post(register.POST, credentials);
  const timeOf = async (username: string) => {
    const startedMs = performance.now();
    const wrong = { username, password: "wrong horse battery" };
    expect(await codeOf(await createVisitor().post(login.POST, wrong))).toEqual([401, "bad-credentials"]);
    return performance.now() - startedMs;
  };
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let each = 0; each < 3; each++) {
    times.known.push(await timeOf("ada"));
    times.unknown.push(await timeOf(`nobody-${each}`));
  }
  // The hash is nearly all of it: without that, an unknown user would be answered in a few milliseconds.
  expect(Math.min(...times.unknown)).toBeGreaterThan(Math.min(...times.known) / 2);
});
