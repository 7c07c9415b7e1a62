import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type Handler } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as cart from "@/app/api/cart/route";
import * as cartSet from "@/app/api/cart/set/route";
import * as catalog from "@/app/api/catalog/route";
import * as guest from "@/app/api/guest/route";
import * as health from "@/app/api/health/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as profile from "@/app/api/profile/route";
import * as register from "@/app/api/register/route";
import * as idle from "@/app/api/session/idle/route";
import * as session from "@/app/api/session/route";
import * as views from "@/app/api/session/views/route";

const log = vi.spyOn(console, "error").mockImplementation(() => {});
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const requestsOf = (work: () => Promise<unknown>) => countRequests(test, work);
const credentials = { username: "Ada", password: "correct horse battery" };
const sessionKeys = async () => (await test.direct.keys("session:*")).sort();

describe("a visitor without a session", () => {
  it("reads everything without a request to Redis and without a cookie", async () => {
    const reads: Handler[] = [session.GET, cart.GET, catalog.GET, health.GET];
    const requests = await requestsOf(async () => {
      for (const read of reads) {
        const response = await createVisitor().get(read);
        expect(response.status).toBe(200);
        expect(response.headers.get("set-cookie")).toBeNull();
        expect(response.headers.get("x-served-by")).toBe("a");
      }
    });
    expect(requests).toBe(0);
    expect(await (await createVisitor().get(session.GET)).json()).toEqual({
      authenticated: false,
      servedBy: "a",
      session: null,
    });
  });

  it("has nothing to change, and nothing begins by trying", async () => {
    for (const [route, fields] of [
      [cartSet.POST, { sku: "tote", quantity: 1 }],
      [idle.POST, { idleSeconds: 60 }],
      [views.POST, {}],
      [profile.POST, { displayName: "Ada" }],
      [profile.POST, { displayName: "Ada", theme: "dark" }],
    ] as const) {
      expect(await codeOf(await createVisitor().post(route, fields))).toEqual([401, "no-session"]);
    }
    expect((await createVisitor().post(logout.POST)).status).toBe(200);
    expect(await sessionKeys()).toEqual([]);
  });

  it("gets a session with the first thing worth keeping: a product, or a theme", async () => {
    for (const [route, fields] of [
      [cartAdd.POST, { sku: "tote" }],
      [profile.POST, { theme: "dark" }],
    ] as const) {
      const visitor = createVisitor();
      expect((await visitor.post(route, fields)).status).toBe(200);
      expect(await (await visitor.get(session.GET)).json()).toMatchObject({
        authenticated: false,
        session: { user: null, revision: 1 },
      });
    }
  });
});

describe("requests to Redis", () => {
  it("are one for a read and for a change, and a fixed number to sign in, with and without a session", {
    timeout: 60_000,
  }, async () => {
    const ada = createVisitor();
    expect(await requestsOf(() => ada.post(cartAdd.POST, { sku: "tote" }))).toBe(1);
    expect(await requestsOf(() => ada.post(cartAdd.POST, { sku: "tote" }))).toBe(1);
    expect(await requestsOf(() => ada.get(session.GET))).toBe(1);
    expect(await requestsOf(() => ada.get(session.GET, "/api/session?peek=1"))).toBe(1);
    expect(await requestsOf(() => ada.post(views.POST))).toBe(1);
    // The limiter's script is sent whole when a Redis sees it first; from then on by its hash.
    await createVisitor().post(login.POST, credentials);
    expect(await requestsOf(() => ada.post(register.POST, credentials))).toBe(3);
    expect(await requestsOf(() => ada.post(login.POST, credentials))).toBe(4);
    expect(await requestsOf(() => ada.post(guest.POST))).toBe(4);
    expect(await requestsOf(() => ada.post(logout.POST))).toBe(2);
    expect(await requestsOf(() => ada.post(login.POST, credentials))).toBe(2);
    expect(await requestsOf(() => createVisitor().post(guest.POST))).toBe(1);
    expect(await requestsOf(() => ada.post(cartAdd.POST, { sku: "tote" })), "with its list entry").toBe(1);
    const change = { current: credentials.password, next: "staple horse battery" };
    expect(await requestsOf(() => ada.post(password.POST, change))).toBe(5);
    await createVisitor().post(login.POST, { ...credentials, password: change.next });
    const back = { current: change.next, next: credentials.password, endOthers: true };
    expect(await requestsOf(() => ada.post(password.POST, back)), "ending another").toBe(7);
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    let timing: string | null = null;
    const logIn = async () => {
      timing = (await visitor.post(login.POST, credentials)).headers.get("server-timing");
    };
    expect(await requestsOf(logIn), "with a visitor's").toBe(3);
    expect(String(timing).match(/redis;/g), "each by its name").toHaveLength(3);
    const shopper = createVisitor();
    await shopper.post(cartAdd.POST, { sku: "tote" });
    expect(await requestsOf(() => shopper.post(guest.POST)), "a guest with a visitor's").toBe(3);
    const another = { ...credentials, username: "bob" };
    expect(await requestsOf(() => createVisitor().post(register.POST, another)), "without a session").toBe(2);
  });
});

describe("the cookie", () => {
  it("is written only where the ID changes", async () => {
    const ada = createVisitor();
    const writes = async (work: Promise<Response>) => (await work).headers.getSetCookie().length;
    expect(await writes(ada.post(cartAdd.POST, { sku: "tote" }))).toBe(1);
    for (const work of [
      () => ada.post(cartAdd.POST, { sku: "tote" }),
      () => ada.post(profile.POST, { theme: "dark" }),
      () => ada.post(idle.POST, { idleSeconds: 60 }),
      () => ada.post(views.POST),
      () => ada.get(session.GET),
      () => ada.post(login.POST, { ...credentials, password: "wrong horse battery" }),
    ]) {
      expect(await writes(work())).toBe(0);
    }
    for (const work of [
      () => ada.post(register.POST, credentials),
      () => ada.post(login.POST, credentials),
      () => ada.post(guest.POST),
      () => ada.post(logout.POST),
    ]) {
      expect(await writes(work())).toBe(1);
    }
    expect(ada.cookie).toBe("session=");
    expect(await writes(ada.post(logout.POST))).toBe(0);
  });
});

describe("in an outage", () => {
  it("every endpoint that needs the session says 503, keeps the cookie, and the session is there afterwards", async () => {
    const ada = createVisitor();
    await ada.post(cartAdd.POST, { sku: "tote" });
    await ada.post(register.POST, credentials);
    const before = await (await ada.get(session.GET, "/api/session?peek=1")).json();
    const requests: (() => Promise<Response>)[] = [
      () => ada.get(session.GET),
      () => ada.get(cart.GET),
      () => ada.get(health.GET, "/api/health?deep=1"),
      () => ada.post(cartAdd.POST, { sku: "tote" }),
      () => ada.post(profile.POST, { theme: "dark" }),
      () => ada.post(views.POST),
      () => ada.post(login.POST, credentials),
      () => ada.post(guest.POST),
      () => createVisitor().post(cartAdd.POST, { sku: "tote" }),
    ];
    test.cloud.redis.pause();
    try {
      // Nobody waits for Redis to come back.
      const answers = await Promise.all(requests.map((send) => send()));
      for (const answer of answers) {
        expect([answer.headers.get("retry-after"), answer.headers.get("set-cookie")]).toEqual(["1", null]);
        expect(await codeOf(answer)).toEqual([503, "unavailable"]);
      }
      expect((await ada.get(catalog.GET)).status).toBe(200);
      expect((await ada.get(health.GET)).status).toBe(200);
    } finally {
      test.cloud.redis.resume();
    }
    const after = await (await ada.get(session.GET, "/api/session?peek=1")).json();
    // A change that was on its way when Redis stopped is made once Redis goes on, or not at all.
    const { handle, user, createdAt, expiresAt, idleSeconds } = before.session;
    expect(after).toMatchObject({
      authenticated: true,
      session: { handle, user, createdAt, expiresAt, idleSeconds },
    });
    expect([1, 2]).toContain(after.session.cart.quantity);
    expect([{}, { a: 1 }]).toContainEqual(after.session.views);
  });

  it("log-out is not claimed, and the cookie stays, where Redis did not confirm it", async () => {
    const ada = createVisitor();
    await ada.post(guest.POST);
    test.cloud.redis.pause();
    try {
      const answer = await ada.post(logout.POST);
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([503, null]);
    } finally {
      test.cloud.redis.resume();
    }
    expect((await ada.post(logout.POST)).status).toBe(200);
    expect(await (await ada.get(session.GET)).json()).toMatchObject({ session: null });
  });
});

it("nothing secret is in any body, location or log", async () => {
  const logs = [log, vi.mocked(console.info)];
  for (const each of logs) each.mockClear();
  const ada = createVisitor();
  const sent: string[] = [];
  const send = async (work: Promise<Response>) => {
    const response = await work;
    const { "set-cookie": _, ...headers } = Object.fromEntries(response.headers);
    sent.push(await response.text(), JSON.stringify(headers));
  };
  await send(ada.post(cartAdd.POST, { sku: "tote" }));
  const seals = [ada.cookie];
  await send(ada.submit(register.POST, credentials));
  seals.push(ada.cookie);
  await send(ada.submit(login.POST, { ...credentials, password: "wrong horse battery" }));
  await send(ada.post(login.POST, credentials));
  seals.push(ada.cookie);
  for (const read of [session.GET, cart.GET]) await send(ada.get(read));
  await send(ada.post(profile.POST, { displayName: "x".repeat(65) }));
  await send(ada.post(logout.POST));
  const ids = (await sessionKeys()).map((key) => key.slice("session:".length));
  const account = JSON.parse((await test.direct.get("account:ada")) ?? "{}");
  expect(ids).toHaveLength(3);
  const logged = logs.flatMap(({ mock }) => mock.calls.map(String));
  expect(logged.length).toBeGreaterThan(5);
  const everything = [...sent, ...logged].join("\n");
  const values = seals.map((seal) => seal.split("=")[1] ?? "");
  for (const secret of [...ids, ...values, credentials.password, "wrong horse", account.passwordHash]) {
    expect(secret.length).toBeGreaterThan(8);
    expect(everything).not.toContain(secret);
  }
});
