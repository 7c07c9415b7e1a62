import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod/mini";
import type { contractSession } from "../testing/contract/contract-session.ts";
import { callback, get, post } from "../testing/test-context.ts";
import type { TestEnv } from "../testing/test-env.ts";
import { startTestServer } from "../testing/test-server.ts";
import { createVisitor, type TestVisitor } from "../testing/test-visitor.ts";
import { Problem } from "./http/problem.ts";
import { Answer } from "./route.ts";

const ada = { id: "user-ada", name: "ada" };
let test: TestEnv;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "log").mockImplementation(() => {});
  test = await startTestServer({ SESSION_DEADLINE_MS: "2000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

type Data = ReturnType<typeof contractSession.initial>;
const withLine = (data: Data): Data => ({ ...data, list: { items: [{ name: "tote", count: 1 }] } });

const begin = post({
  formPage: "/",
  fields: z.object({}),
  handler: (session) => session.updateOrCreate(withLine),
});
const show = get(({ user, data }) => ({ user: user?.name ?? null, items: data.list.items.length }));
const shown = async (visitor: TestVisitor) => (await visitor.get(show)).json();

let used = new Set<string>();
beforeEach(() => {
  used = new Set();
});

/** A code that works once, as an identity provider's does. */
const arrive = callback({
  fields: z.object({ code: z.string().check(z.minLength(3)), page: z.optional(z.string()) }),
  successPage: "/account",
  errorPage: "/login",
  idempotencyKey: ({ code }) => code,
  async handler(session, { code, page }) {
    if (await session.wasDone()) return new Answer(null, { successPage: "/again" });
    if (used.has(code)) throw new Problem({ code: "used", status: 400, detail: "This code was used." });
    used.add(code);
    await session.signIn(ada);
    return page && new Answer(null, { successPage: page });
  },
});

const goesTo = (response: Response) => [response.status, response.headers.get("location")];

describe("a callback", () => {
  it("signs in, gives the session a new ID, and goes on to the page", async () => {
    const visitor = createVisitor();
    await visitor.post(begin);
    const old = createVisitor(visitor.cookie);
    const response = await visitor.get(arrive, "/api/callback?code=one");
    expect(goesTo(response)).toEqual([303, "/account"]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await shown(visitor)).toEqual({ user: "ada", items: 1 });
    expect(await shown(old)).toEqual({ user: null, items: 0 });
  });

  it("goes where the handler says, also to another site", async () => {
    const page = "https://idp.example/end?client_id=shop";
    const response = await createVisitor().get(
      arrive,
      `/api/callback?code=one&page=${encodeURIComponent(page)}`,
    );
    expect(goesTo(response)).toEqual([303, page]);
  });

  it("that is loaded again because its answer was lost leads to the session that it began", async () => {
    const visitor = createVisitor();
    await visitor.post(begin);
    const lost = createVisitor(visitor.cookie);
    await lost.get(arrive, "/api/callback?code=one");
    expect(goesTo(await visitor.get(arrive, "/api/callback?code=one"))).toEqual([303, "/again"]);
    expect(await shown(visitor)).toEqual({ user: "ada", items: 1 });
  });

  it.each(["code=two", "code=one&page=%2Fother", "code=on"])(
    "leads nobody to the session of another one: %s",
    async (query) => {
      const victim = createVisitor();
      await victim.post(begin);
      const planter = createVisitor(victim.cookie);
      await victim.get(arrive, "/api/callback?code=one");
      used.add("two");
      const [status, location] = goesTo(await planter.get(arrive, `/api/callback?${query}`));
      expect(status).toBe(303);
      expect(location).toMatch(/^\/login\?error=/);
      expect(await shown(planter)).toEqual({ user: null, items: 0 });
      expect(await shown(victim)).toEqual({ user: "ada", items: 1 });
    },
  );

  it("that is refused goes to the page that says why, with no value in its address", async () => {
    const visitor = createVisitor();
    used.add("one");
    expect(goesTo(await visitor.get(arrive, "/api/callback?code=one"))).toEqual([303, "/login?error=used"]);
    expect(goesTo(await visitor.get(arrive, "/api/callback?code=a"))).toEqual([
      303,
      "/login?error=invalid&field=code",
    ]);
    expect(goesTo(await visitor.get(arrive, "/api/callback?code=%ff%fe%fd"))).toEqual([
      303,
      "/login?error=invalid",
    ]);
    expect(visitor.cookie).toBe("");
  });

  it("that is refused goes to its own page, also where a page of this site began it", async () => {
    // Where the provider asks nothing, browsers send the Referer of the form through all its redirects.
    const headers = { referer: "http://localhost:3000/basket" };
    const response = await createVisitor().send(arrive, "/api/callback?code=a", { headers });
    expect(goesTo(response)).toEqual([303, "/login?error=invalid&field=code"]);
  });

  it.each([
    ["HEAD", { method: "HEAD" }],
    ["a prefetch", { headers: { "sec-purpose": "prefetch;prerender" } }],
  ])("is not what %s asks for: nothing happens", async (_, init) => {
    const visitor = createVisitor();
    const response = await visitor.send(arrive, "/api/callback?code=one", init);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
    expect([used.size, visitor.cookie]).toEqual([0, ""]);
  });

  it("in an outage is a page with status 503, and the session goes on afterwards", async () => {
    const visitor = createVisitor();
    await visitor.post(begin);
    const { cookie } = visitor;
    test.cloud.redis.pause();
    try {
      const response = await visitor.get(arrive, "/api/callback?code=one");
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
      expect(response.headers.get("content-type")).toContain("text/html");
      expect([visitor.cookie, used.size]).toEqual([cookie, 0]);
    } finally {
      test.cloud.redis.resume();
    }
    expect(goesTo(await visitor.get(arrive, "/api/callback?code=one"))).toEqual([303, "/account"]);
    expect(await shown(visitor)).toEqual({ user: "ada", items: 1 });
  });
});
