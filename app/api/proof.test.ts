import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import { createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as race from "@/app/api/proof/race/route";
import * as proof from "@/app/api/proof/route";
import * as session from "@/app/api/session/route";
import * as views from "@/app/api/session/views/route";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a" });
});
afterAll(() => test?.stop());

const requestsOf = (work: () => Promise<unknown>) => countRequests(test, work);
const bodyOf = async (response: Promise<Response> | Response) => (await response).json();
const sealOf = (visitor: TestVisitor) => visitor.cookie.split("=")[1] ?? "";
const idIn = (keys: readonly string[]) => (keys[0] ?? "").replace("session:", "");

describe("the session inspector", () => {
  it("shows what the browser and Redis hold, without the ID and the seal, and renews nothing", async () => {
    await test.direct.flushAll();
    const visitor = createVisitor();
    await visitor.post(guest.POST, { idleSeconds: 60 });
    await visitor.post(cartAdd.POST, { sku: "tote" });
    const key = (await test.direct.keys("session:*"))[0] ?? "";
    await test.direct.pExpire(key, 30_000);
    let text = "";
    const inspect = async () => {
      text = await (await visitor.get(proof.GET)).text();
    };
    expect(await requestsOf(inspect)).toBe(1);
    const seen = JSON.parse(text);
    expect(seen).toMatchObject({
      servedBy: "a",
      startedAt: expect.stringMatching(/^20.*Z$/),
      host: { platform: null, region: null },
      state: "live",
      browser: {
        cookie: {
          name: "session",
          attributes: ["Max-Age=604800", "Path=/", "HttpOnly", "SameSite=Lax"],
          bytes: visitor.cookie.length,
          seal: "Fe26.2",
        },
      },
      redis: {
        key: `session:${"•".repeat(43)}`,
        text: await test.direct.get(key),
        revision: 2,
        idleSeconds: 60,
        lifetimeSeconds: 604_800,
      },
      session: { cart: { quantity: 1 } },
    });
    expect(seen.redis.ttlMs).toBeLessThanOrEqual(30_000);
    expect(await test.direct.pTTL(key)).toBeLessThanOrEqual(30_000);
    expect(text).not.toContain(idIn([key]));
    for (const part of sealOf(visitor).split("*").slice(2)) {
      if (part.length > 12) expect(text).not.toContain(part);
    }
  });

  it("costs a visitor without a seal of ours no request, and says what has ended", async () => {
    expect(await requestsOf(() => createVisitor().get(proof.GET))).toBe(0);
    expect(await bodyOf(createVisitor("session=%zz").get(proof.GET))).toMatchObject({ state: "none" });
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    await test.direct.flushAll();
    expect(await bodyOf(visitor.get(proof.GET))).toMatchObject({
      state: "absent",
      redis: null,
      session: null,
    });
  });
});

describe("every answer names its server", () => {
  it("is its name, since when it runs, and each REST request that it waited for", async () => {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    const headers = (await visitor.post(views.POST)).headers;
    expect(headers.get("x-served-by")).toBe("a");
    expect(Date.parse(headers.get("x-served-since") ?? "")).toBeLessThan(Date.now());
    const changed = 'redis;desc="[\\w, ]+";dur=[\\d.]+';
    expect(headers.get("server-timing")).toMatch(new RegExp(`^total;dur=[\\d.]+, ${changed}$`));
    const read = (await visitor.get(session.GET)).headers.get("server-timing");
    expect(read).toMatch(/^total;dur=[\d.]+, redis;desc="get";dur=[\d.]+$/);
    const anonymous = (await createVisitor().get(session.GET)).headers.get("server-timing");
    expect(anonymous).toMatch(/^total;dur=[\d.]+$/);
    const refused = await createVisitor().post(views.POST);
    expect(refused.headers.get("server-timing")).toMatch(/^total/);
  });
});

describe("a race on a scratch session", () => {
  const step = (racer: TestVisitor, name: string) => racer.post(race.POST, { step: name });

  it("begins, adds, ends and reads, with a cookie of its own", async () => {
    const racer = createVisitor();
    expect(await bodyOf(step(racer, "begin"))).toEqual({ state: "live", items: 0 });
    expect(racer.cookie).toMatch(/^race=Fe26/);
    expect(await bodyOf(step(racer, "add"))).toEqual({ state: "live", items: 1 });
    expect(await bodyOf(step(racer, "read"))).toEqual({ state: "live", items: 1 });
    expect(await bodyOf(step(racer, "end"))).toEqual({ endedNow: true });
    expect(await bodyOf(step(racer, "end"))).toEqual({ endedNow: false });
    expect((await step(racer, "add")).status).toBe(401);
    expect(await bodyOf(step(racer, "read"))).toEqual({ state: "ended", items: null });
  });

  it("ends the one before when it begins again, and never touches the visitor's own", async () => {
    await test.direct.flushAll();
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    const own = visitor.cookie;
    const racer = createVisitor();
    await step(racer, "begin");
    const first = racer.cookie;
    await step(racer, "begin");
    expect(await bodyOf(step(createVisitor(first), "read"))).toMatchObject({ state: "ended" });
    // A cookie of the one kind under the name of the other.
    const asOwn = createVisitor(racer.cookie.replace("race=", "session="));
    expect(await bodyOf(asOwn.get(session.GET))).toMatchObject({ session: null });
    const asRacer = createVisitor(own.replace("session=", "race="));
    expect((await step(asRacer, "add")).status).toBe(401);
    expect(await bodyOf(step(asRacer, "end"))).toEqual({ endedNow: false });
    expect(await bodyOf(createVisitor(own).get(session.GET))).toMatchObject({ session: { revision: 1 } });
  });

  it("keeps 100 of 100 adds at once", async () => {
    const racer = createVisitor();
    await step(racer, "begin");
    const adds = await Promise.all(Array.from({ length: 100 }, () => step(racer, "add")));
    expect(adds.map(({ status }) => status)).toEqual(Array(100).fill(200));
    expect(await bodyOf(step(racer, "read"))).toEqual({ state: "live", items: 100 });
  });

  it("revives nothing when it ends and adds at the same moment", async () => {
    const racer = createVisitor();
    for (let trial = 0; trial < 100; trial++) {
      await step(racer, "begin");
      const both = trial % 2 ? ["add", "end"] : ["end", "add"];
      await Promise.all(both.map((each) => step(racer, each)));
      expect(await bodyOf(step(racer, "read"))).toEqual({ state: "ended", items: null });
    }
  });

  it("refuses what is no step, and a request from elsewhere", async () => {
    expect((await step(createVisitor(), "win")).status).toBe(400);
    const elsewhere = { "sec-fetch-site": "cross-site" };
    expect((await createVisitor().post(race.POST, { step: "begin" }, elsewhere)).status).toBe(403);
  });
});

it("in an outage the inspector is unavailable, and nothing else", async () => {
  const visitor = createVisitor();
  await visitor.post(guest.POST);
  await test.cloud.gateway.close();
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const response = await visitor.get(proof.GET);
  expect([response.status, (await response.json()).code]).toEqual([503, "unavailable"]);
  expect(response.headers.get("set-cookie")).toBeNull();
  log.mockRestore();
});
