import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  codeOf,
  createVisitor,
  type Fields,
  type Handler,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "./cart/add/route";
import * as guest from "./guest/route";
import * as login from "./login/route";
import * as profile from "./profile/route";
import * as race from "./proof/race/route";
import * as register from "./register/route";

const ada = { username: "ada", password: "correct horse battery" };
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", BEGIN_LIMIT: "2" });
});
beforeEach(() => test.direct.flushAll());
afterEach(() => vi.useRealTimers());
afterAll(() => test?.stop());

let addresses = 0;
/** An address that nothing has begun from. */
const newAddress = () => ({ "x-forwarded-for": `192.0.2.${++addresses}` });
type From = ReturnType<typeof newAddress>;

const add = (from: From) => createVisitor().post(cartAdd.POST, { sku: "tote" }, from);
const liveSessions = async () => {
  const values = await Promise.all((await test.direct.keys("session:*")).map((key) => test.direct.get(key)));
  return values.filter((value) => value?.startsWith('{"v":')).length;
};

/** What begins something; the requests to Redis that it costs, at most. */
const creations: [string, Handler, Fields, number][] = [
  ["a cart", cartAdd.POST, { sku: "tote" }, 1],
  ["a theme", profile.POST, { theme: "dark" }, 1],
  ["a guest", guest.POST, {}, 2],
  ["an account", register.POST, ada, 4],
  ["a scratch session", race.POST, { step: "begin" }, 1],
];

describe("what one address begins", () => {
  it("is bounded: what is beyond is told when to come back, gets no cookie, and leaves no session", async () => {
    const from = newAddress();
    expect((await add(from)).status).toBe(200);
    expect((await add(from)).status).toBe(200);
    const refused = await add(from);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(30);
    expect(refused.headers.get("set-cookie")).toBeNull();
    expect(await codeOf(refused)).toEqual([429, "slow-down"]);
    expect(await liveSessions()).toBe(2);
    expect((await add(newAddress())).status).toBe(200);
  });

  it("is bounded also where all of it comes at once", async () => {
    const from = newAddress();
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(from)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(18);
    expect(await liveSessions()).toBe(2);
  });

  it.each(creations)("%s counts, and costs no request for it", async (_, route, fields, most) => {
    const from = newAddress();
    const requests = await countRequests(test, async () => {
      expect((await createVisitor().post(route, fields, from)).status).toBeLessThan(300);
    });
    expect(requests).toBeLessThanOrEqual(most);
    expect(await test.direct.keys("limit:begin:*")).toEqual([`limit:begin:${from["x-forwarded-for"]}`]);
    expect((await add(from)).status).toBe(200);
    expect(await codeOf(await add(from))).toEqual([429, "slow-down"]);
  });

  it("counts once for a guest and a registration that carry a session, and costs no request for it", async () => {
    for (const [route, fields, most] of [
      [guest.POST, {}, 4],
      [register.POST, ada, 6],
    ] as const) {
      const from = newAddress();
      const visitor = createVisitor();
      await visitor.post(cartAdd.POST, { sku: "tote" }, newAddress());
      const requests = await countRequests(test, async () => {
        expect((await visitor.post(route, fields, from)).status).toBeLessThan(300);
      });
      expect(requests).toBeLessThanOrEqual(most);
      expect((await add(from)).status).toBe(200);
      expect(await codeOf(await add(from))).toEqual([429, "slow-down"]);
    }
  });

  it("counts once for a guest whose cookie's session is gone", async () => {
    const from = newAddress();
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" }, newAddress());
    await test.direct.flushAll();
    expect((await visitor.post(guest.POST, {}, from)).status).toBe(200);
    expect((await add(from)).status).toBe(200);
    expect(await codeOf(await add(from))).toEqual([429, "slow-down"]);
  });
});

describe("an address that was refused", () => {
  async function refusedAddress(): Promise<From> {
    const from = newAddress();
    for (let each = 0; each < 3; each++) await add(from);
    return from;
  }

  it.each(creations)("is refused %s without a request to Redis", async (_, route, fields) => {
    const from = await refusedAddress();
    const requests = await countRequests(test, async () => {
      expect(await codeOf(await createVisitor().post(route, fields, from))).toEqual([429, "slow-down"]);
    });
    expect(requests).toBe(0);
    expect(await test.direct.keys("account:*")).toEqual([]);
  });

  it("is told so on the page of the form", async () => {
    const from = await refusedAddress();
    const form = await createVisitor().submit(guest.POST, {}, from);
    expect([form.status, form.headers.get("location")]).toEqual([303, "/login?error=slow-down"]);
  });

  it("goes on with what it has begun, and signs in", async () => {
    const from = newAddress();
    const [visitor, owner] = [createVisitor(), createVisitor()];
    await visitor.post(cartAdd.POST, { sku: "tote" }, from);
    await owner.post(register.POST, ada, from);
    expect(await codeOf(await add(from))).toEqual([429, "slow-down"]);
    expect((await visitor.post(cartAdd.POST, { sku: "sling" }, from)).status).toBe(200);
    expect((await createVisitor().post(login.POST, ada, from)).status).toBe(200);
    expect((await visitor.post(login.POST, ada, from)).status).toBe(200);
  });

  it("keeps the session that it came with, where it may not become a guest", async () => {
    const from = newAddress();
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" }, from);
    await add(from);
    // The first is refused by Redis' count, the second from memory.
    for (let each = 0; each < 2; each++)
      expect(await codeOf(await visitor.post(guest.POST, {}, from))).toEqual([429, "slow-down"]);
    expect((await visitor.post(cartAdd.POST, { sku: "sling" }, from)).status).toBe(200);
  });

  it("may come back when it was told to: no clock that can be set counts", async () => {
    const from = await refusedAddress();
    await test.direct.flushAll();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    expect((await add(from)).status).toBe(429);
    vi.useRealTimers();
    const laterMs = performance.now() + 31_000;
    // Faked, it begins at 0.
    vi.useFakeTimers({ toFake: ["performance"] });
    vi.advanceTimersByTime(laterMs);
    expect((await add(from)).status).toBe(200);
  });
});
