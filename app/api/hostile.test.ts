import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as accountDelete from "@/app/api/account/delete/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as cartClear from "@/app/api/cart/clear/route";
import * as cartRemove from "@/app/api/cart/remove/route";
import * as cart from "@/app/api/cart/route";
import * as cartSet from "@/app/api/cart/set/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as profile from "@/app/api/profile/route";
import * as register from "@/app/api/register/route";
import * as idle from "@/app/api/session/idle/route";
import * as session from "@/app/api/session/route";
import * as views from "@/app/api/session/views/route";

let test: TestEnv;
let ada: TestVisitor;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000000" });
  ada = createVisitor();
  await ada.post(cartAdd.POST, { sku: "tote", quantity: 998 });
});
afterAll(() => test?.stop());

/** All that is kept, but for what time does to it. */
async function kept() {
  const names = (await test.direct.keys("*")).filter((name) => !name.startsWith("limit:")).sort();
  return Promise.all(names.map(async (name) => [name, await test.direct.dump(name)]));
}

describe("beyond a bound: a clear 4xx with its code and field, and what was there stays as it was", () => {
  const long = "x".repeat(10_000);
  const credentials = { username: "bob", password: "correct horse battery" };
  it.each<[string, Handler, Fields, status: number, code: string, field: string]>([
    ["above the quantity limit", cartAdd.POST, { sku: "tote", quantity: 2 }, 409, "cart-full", "quantity"],
    ["1000 of a new line", cartAdd.POST, { sku: "sling", quantity: 1000 }, 409, "cart-full", "quantity"],
    ["1000", cartSet.POST, { sku: "tote", quantity: "1000" }, 409, "cart-full", "quantity"],
    ["none", cartAdd.POST, { sku: "tote", quantity: 0 }, 400, "invalid", "quantity"],
    ["less than none", cartSet.POST, { sku: "tote", quantity: -1 }, 400, "invalid", "quantity"],
    ["a half", cartAdd.POST, { sku: "tote", quantity: 0.5 }, 400, "invalid", "quantity"],
    ["a power", cartAdd.POST, { sku: "tote", quantity: "1e3" }, 400, "invalid", "quantity"],
    ["beyond counting", cartAdd.POST, { sku: "tote", quantity: 1e300 }, 400, "invalid", "quantity"],
    ["a list", cartAdd.POST, { sku: "tote", quantity: [1] }, 400, "invalid", "quantity"],
    ["no SKU", cartAdd.POST, {}, 400, "invalid", "sku"],
    ["a list of SKUs", cartAdd.POST, { sku: ["tote"] }, 400, "invalid", "sku"],
    ["a long SKU", cartAdd.POST, { sku: long }, 400, "invalid", "sku"],
    ["an unknown SKU", cartAdd.POST, { sku: "__proto__" }, 404, "unknown-sku", "sku"],
    ["a SKU not in the cart", cartSet.POST, { sku: "sling", quantity: 1 }, 404, "unknown-sku", "sku"],
    ["a SKU not in the cart", cartRemove.POST, { sku: "sling" }, 404, "unknown-sku", "sku"],
    ["no idle time", idle.POST, { idleSeconds: 0 }, 400, "invalid", "idleSeconds"],
    ["more than a day idle", idle.POST, { idleSeconds: 86_401 }, 400, "invalid", "idleSeconds"],
    ["an idle time of its own kind", idle.POST, { idleSeconds: null }, 400, "invalid", "idleSeconds"],
    ["a bad idle time", guest.POST, { idleSeconds: "soon" }, 400, "invalid", "idleSeconds"],
    ["a choice of its own kind", login.POST, { ...credentials, remember: 2 }, 400, "invalid", "remember"],
    ["an empty name", profile.POST, { displayName: " " }, 400, "invalid", "displayName"],
    ["a long name", profile.POST, { displayName: "x".repeat(65) }, 400, "invalid", "displayName"],
    ["an unknown locale", profile.POST, { locale: "xx-XX" }, 400, "invalid", "locale"],
    ["an unknown theme", profile.POST, { theme: "sepia" }, 400, "invalid", "theme"],
    ["a good theme and a bad locale", profile.POST, { theme: "dark", locale: 1 }, 400, "invalid", "locale"],
    ["a short user name", register.POST, { ...credentials, username: "ab" }, 400, "invalid", "username"],
    ["a key as a name", login.POST, { ...credentials, username: "a:b*" }, 400, "invalid", "username"],
    [
      "a name of the Kelvin sign",
      register.POST,
      { ...credentials, username: "\u212aim" },
      400,
      "invalid",
      "username",
    ],
    ["a short password", register.POST, { ...credentials, password: "short" }, 400, "invalid", "password"],
    [
      "a common password",
      register.POST,
      { ...credentials, password: "iloveyou" },
      400,
      "invalid",
      "password",
    ],
    ["a long password", login.POST, { ...credentials, password: long }, 400, "invalid", "password"],
    ["an object as a password", login.POST, { ...credentials, password: {} }, 400, "invalid", "password"],
  ])("%s", async (_, route, fields, status, code, field) => {
    const before = await kept();
    const response = await ada.post(route, fields);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, code, field });
    expect(response.status).toBe(status);
    expect(await kept()).toEqual(before);
  });
});

const changes: [string, Handler][] = Object.entries({
  "account/delete": accountDelete.POST,
  "cart/add": cartAdd.POST,
  "cart/set": cartSet.POST,
  "cart/remove": cartRemove.POST,
  "cart/clear": cartClear.POST,
  guest: guest.POST,
  login: login.POST,
  logout: logout.POST,
  profile: profile.POST,
  register: register.POST,
  "session/idle": idle.POST,
  "session/views": views.POST,
});

describe.each(changes)("POST %s", (_, route) => {
  const json = { "content-type": "application/json" };
  it.each<[string, RequestInit, status: number]>([
    ["no JSON", { body: "{", headers: json }, 400],
    ["a list", { body: "[]", headers: json }, 400],
    ["null", { body: "null", headers: json }, 400],
    ["bytes", { body: Uint8Array.of(0xff, 0xfe, 0x00), headers: json }, 400],
    ["deep JSON", { body: "[".repeat(16_000), headers: json }, 400],
    ["a large body", { body: "x".repeat(16_385), headers: json }, 413],
    ["a lie about its length", { body: "{}", headers: { ...json, "content-length": "99999999" } }, 413],
    ["plain text", { body: "{}", headers: { "content-type": "text/plain" } }, 415],
    ["a multipart form", { body: new FormData() }, 415],
    [
      "another site's form",
      { body: new URLSearchParams(), headers: { origin: "https://evil.example" } },
      403,
    ],
    ["a sandboxed form", { body: new URLSearchParams(), headers: { origin: "null" } }, 403],
    ["a neighbour's form", { body: "{}", headers: { ...json, "sec-fetch-site": "same-site" } }, 403],
    ["another site's fetch", { body: "{}", headers: { ...json, "sec-fetch-site": "cross-site" } }, 403],
  ])("refuses %s, and changes nothing", async (_, init, status) => {
    const before = await kept();
    const response = await ada.send(route, "/api/x", { method: "POST", ...init });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([status, null]);
    expect(await response.json()).toMatchObject({ type: "about:blank", status, code: expect.any(String) });
    expect(await kept()).toEqual(before);
  });
});

describe("a cookie that is none of ours", () => {
  const seal = `Fe26.2*1*${"0".repeat(64)}*${"A".repeat(22)}*${"A".repeat(86)}**${"0".repeat(64)}*${"A".repeat(43)}~2`;
  const cookies = [
    "session=",
    "session=%",
    "session=%zz",
    "session=x; session=y",
    `session=${"A".repeat(43)}`,
  ];
  it.each([
    ...cookies,
    `session=${seal}`,
    `session=${"x".repeat(300)}`,
    "=;=;;",
    "session",
    "__Host-session=x",
  ])("costs nothing and counts for nothing: %s", async (cookie) => {
    const before = test.cloud.gateway.requests;
    const read = await createVisitor(cookie).get(session.GET);
    expect([read.status, read.headers.get("set-cookie")]).toEqual([200, null]);
    expect(await read.json()).toMatchObject({ authenticated: false, session: null });
    expect((await createVisitor(cookie).post(views.POST)).status).toBe(401);
    const signedOut = await createVisitor(cookie).post(logout.POST);
    expect([signedOut.status, signedOut.headers.get("set-cookie")]).toEqual([200, null]);
    expect(test.cloud.gateway.requests).toBe(before);
  });

  it("does not hide ours behind it", async () => {
    const both = createVisitor(`session=%zz; ${ada.cookie}; session=x`);
    expect(await (await both.get(cart.GET)).json()).toMatchObject({ quantity: 998 });
  });
});

describe("headers that lie", () => {
  it.each([
    { host: "%" },
    { "x-forwarded-host": "a b" },
    { "x-forwarded-host": "[" },
    { "x-forwarded-proto": "javascript" },
    { "x-forwarded-for": "x".repeat(5000) },
    { "x-forwarded-for": "account:ada" },
    { referer: "https://[" },
    { "x-carryover-session": "live" },
    { cookie: "\u00ff=\u00ff; session=\u00ff" },
  ])("make no failure: %j", async (headers) => {
    for (const [, route] of changes) {
      const form = { method: "POST", body: new URLSearchParams({ sku: "" }), headers };
      expect((await createVisitor().send(route, "/api/x", form)).status).toBeLessThan(500);
    }
    expect((await createVisitor().send(session.GET, "/api/session?peek=%zz", { headers })).status).toBe(200);
  });
});

it("no answer lets another site's script read it", async () => {
  const origin = "https://evil.example";
  const answers = [await ada.send(session.GET, "/api/session?peek=1", { headers: { origin } })];
  for (const [, route] of changes) answers.push(await createVisitor().post(route, {}, { origin }));
  for (const { headers } of answers)
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
});

it("and the next request is served", async () => {
  expect(await (await ada.get(cart.GET)).json()).toMatchObject({ quantity: 998 });
});
