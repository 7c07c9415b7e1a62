import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  codeOf,
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as proof from "@/app/api/proof/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import { cheapHash, plantAccount } from "@/lib/account/test-account";

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));

let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
});
beforeEach(async () => {
  await test.direct.flushAll();
  await plantAccount(test, ada.username);
});
afterAll(() => test?.stop());

const ada = { username: "ada", password: "correct horse battery" };
const key = "a-key-of-this-one-form";

const DAY = 86_400;
const WEEK = 604_800;

/** Until when the browser keeps the cookie that came with an answer, and how long the session may live, in seconds. */
async function keptFor(visitor: TestVisitor, response: Response) {
  expect(response.status, "the answer").toBeLessThan(400);
  const [line = ""] = response.headers.getSetCookie();
  const { session: now } = await (await visitor.get(session.GET)).json();
  const lifetimeSeconds = (Date.parse(now.expiresAt) - Date.parse(now.createdAt)) / 1000;
  return [line, lifetimeSeconds];
}
const remembered = [expect.stringMatching(/^session=Fe26[^;]+; Max-Age=604800; Path=\//), WEEK];
const unremembered = [expect.stringMatching(/^session=Fe26[^;]+; Path=\/; HttpOnly; SameSite=Lax$/), DAY];

async function send(handler: Handler, fields: Fields, visitor = createVisitor()) {
  return keptFor(visitor, await visitor.post(handler, fields));
}

describe("keep me signed in", () => {
  it.each([
    ["log in", login.POST, ada],
    ["register", register.POST, { ...ada, username: "bob" }],
  ] as const)("is what JSON asks for unless it says no: %s", async (_, handler, fields) => {
    expect(await send(handler, fields)).toEqual(remembered);
    for (const remember of [true, 1, "1", "on", "true"])
      expect(await send(handler, { ...fields, remember }), String(remember)).toEqual(remembered);
    for (const remember of [false, 0, "0", "off", "false", ""])
      expect(await send(handler, { ...fields, remember }), String(remember)).toEqual(unremembered);
    expect(await codeOf(await createVisitor().post(handler, { ...fields, remember: "maybe" }))).toEqual([
      400,
      "invalid",
    ]);
  });

  it("is the box of the form, which says no by the field before it", async () => {
    const submit = async (...boxes: readonly string[]) => {
      const visitor = createVisitor();
      const body = new URLSearchParams({ ...ada, idempotencyKey: key });
      for (const value of boxes) body.append("remember", value);
      return keptFor(visitor, await visitor.send(login.POST, "/api/login", { method: "POST", body }));
    };
    expect(await submit("0"), "not ticked").toEqual(unremembered);
    expect(await submit("0", "1"), "ticked").toEqual(remembered);
    expect(await submit(), "a form of somebody's own, without the box").toEqual(remembered);
  });

  it("is for users: a visitor and a guest are remembered", async () => {
    const visitor = createVisitor();
    expect(await send(cartAdd.POST, { sku: "tote" }, visitor)).toEqual(remembered);
    expect(await send(guest.POST, { remember: "0" }, visitor)).toEqual(remembered);
    expect(await send(login.POST, { ...ada, remember: false }, visitor)).toEqual(unremembered);
    await visitor.post(logout.POST);
    expect(await send(cartAdd.POST, { sku: "tote" }, visitor), "whoever comes next").toEqual(remembered);
  });

  it("is kept by a new password, and chosen again by the next log-in", async () => {
    const visitor = createVisitor();
    expect(await send(login.POST, { ...ada, remember: false }, visitor)).toEqual(unremembered);
    const next = "a staple and a horse";
    const change = { current: ada.password, next, endOthers: true };
    expect(await send(password.POST, change, visitor)).toEqual(unremembered);
    expect(await send(login.POST, { ...ada, password: next }, visitor)).toEqual(remembered);
  });

  it("is shown on the page of proofs as it is", async () => {
    const visitor = createVisitor();
    await visitor.post(login.POST, { ...ada, remember: false });
    const { browser } = await (await visitor.get(proof.GET)).json();
    expect(browser.cookie.attributes).toEqual(["Path=/", "HttpOnly", "SameSite=Lax"]);
  });
});

describe("a sign-in that comes again after its answer was lost", () => {
  async function withLostAnswer(fields: Fields, headers: Record<string, string> = {}) {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    await createVisitor(visitor.cookie).post(login.POST, fields, headers);
    return visitor;
  }
  const cartOf = async (visitor: TestVisitor) =>
    (await (await visitor.get(session.GET)).json()).session.cart.quantity;

  it.each([
    ["by its key", { "idempotency-key": key }],
    ["by the password alone", {}],
  ])("has the same session and the same kind of cookie: %s", async (_, headers) => {
    for (const [remember, expected] of [
      [false, unremembered],
      [true, remembered],
    ] as const) {
      const fields = { ...ada, remember };
      const visitor = await withLostAnswer(fields, headers);
      const again = await visitor.post(login.POST, fields, headers);
      expect(await keptFor(visitor, again)).toEqual(expected);
      expect(await cartOf(visitor)).toBe(1);
    }
  });

  it("with another choice gets what it asks for now, with the cart, and one session is alive", async () => {
    for (const [first, second, expected] of [
      [true, false, unremembered],
      [false, true, remembered],
    ] as const) {
      await test.direct.flushAll();
      await plantAccount(test, ada.username);
      const visitor = await withLostAnswer({ ...ada, remember: first });
      expect(await send(login.POST, { ...ada, remember: second }, visitor)).toEqual(expected);
      expect(await cartOf(visitor)).toBe(1);
      const values = await Promise.all(
        (await test.direct.keys("session:*")).map((each) => test.direct.get(each)),
      );
      expect(values.filter((value) => value?.startsWith('{"v":'))).toHaveLength(1);
    }
  });

  it("with its key and another choice is another request: 422", async () => {
    const headers = { "idempotency-key": key };
    const visitor = await withLostAnswer({ ...ada, remember: true }, headers);
    const again = await visitor.post(login.POST, { ...ada, remember: false }, headers);
    expect(await codeOf(again)).toEqual([422, "invalid"]);
  });
});
