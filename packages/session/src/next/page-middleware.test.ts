import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { StoreUnavailable } from "../store.ts";
import { anonymousSession, signedInSession } from "../testing/contract/contract-session.ts";
import { live } from "../testing/contract/workbench.ts";
import { contextOf } from "../testing/test-context.ts";
import type { TestEnv } from "../testing/test-env.ts";
import { startTestServer } from "../testing/test-server.ts";
import { testSite } from "../testing/test-visitor.ts";
import { SESSION_HEADER } from "./handover-sign.ts";
import { readHandover } from "./handover-verify.ts";
import type { HiddenPages } from "./hidden-pages.ts";
import { type Direction, handleAction, handlePageRequest } from "./page-middleware.ts";
import { cookieOf } from "./request-context.ts";

const sessionInit = { idleSeconds: 60, servedBy: "a", device: "a test" };
const pages = ["/", "/list", "/login", "/register", "/proof", "/account", "/sessions"];
const POLICY = "script-src 'nonce-x'";
let test: TestEnv;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ SESSION_DEADLINE_MS: "1000" });
});
afterAll(() => test?.stop());

const context = (headers: Record<string, string> = {}) =>
  contextOf(new Headers({ host: "localhost:3000", ...headers }));
const direct = (page: string, headers: Record<string, string> = {}) =>
  handlePageRequest(context(headers), { url: new URL(testSite + page), policy: POLICY, renew: true });

async function begin(user: { id: string; name: string } | null) {
  const draft = user ? signedInSession(user, null, sessionInit) : anonymousSession(sessionInit);
  const begun = live(await context().sessions.create(draft));
  const { name, value } = await cookieOf(context(), begun);
  return { live: begun, cookie: `${name}=${value}` };
}

/** The signed word that the page gets. */
async function handed(direction: Direction, cookie: string) {
  const header = "requestHeaders" in direction ? direction.requestHeaders.get(SESSION_HEADER) : null;
  const { cookies, env } = context({ cookie });
  return readHandover(header, cookies, env);
}
const goes = async (page: string, cookie: string) => (await direct(page, cookie ? { cookie } : {})).go;

describe("the middleware of the pages", () => {
  it("lets everybody in to public pages and those signed in to all, and asks Redis once a page with a cookie", async () => {
    const visitor = await begin(null);
    const ada = await begin({ id: "u", name: "ada" });
    const before = test.cloud.gateway.requests;
    for (const page of pages) {
      const inner = page === "/account" || page === "/sessions";
      expect([page, await goes(page, "")]).toEqual([page, inner ? "to-sign-in" : "on"]);
      expect([page, await goes(page, visitor.cookie)]).toEqual([page, inner ? "to-sign-in" : "on"]);
      expect([page, await goes(page, ada.cookie)]).toEqual([page, "on"]);
    }
    expect(test.cloud.gateway.requests - before).toBe(2 * pages.length);
  });

  it("hands the session on, signed, without its ID", async () => {
    const { live, cookie } = await begin({ id: "u", name: "ada" });
    const direction = await direct("/account", { cookie });
    const handover = await handed(direction, cookie);
    expect(handover).toMatchObject({ state: "live", text: await test.direct.get(`session:${live.id}`) });
    expect(JSON.stringify(handover)).not.toContain(live.id);
  });

  it("hands the policy on to the page that is rendered to it, in place of a client's own", async () => {
    const direction = await direct("/", { "content-security-policy": "script-src 'nonce-theirs'" });
    expect(direction.go === "on" && direction.requestHeaders.get("content-security-policy")).toBe(POLICY);
  });

  it("starts the idle clock again", async () => {
    const { live, cookie } = await begin(null);
    await test.direct.pExpire(`session:${live.id}`, 30_000);
    await direct("/", { cookie });
    expect(await test.direct.pTTL(`session:${live.id}`)).toBeGreaterThan(59_000);
  });

  it("only peeks where nobody gets to see the page: a head alone, and what is fetched ahead of time", async () => {
    const { live, cookie } = await begin(null);
    const ttlAfter = async (renew: boolean, headers: Record<string, string> = {}) => {
      await test.direct.pExpire(`session:${live.id}`, 30_000);
      await handlePageRequest(context({ cookie, ...headers }), {
        url: new URL(testSite),
        policy: POLICY,
        renew,
      });
      return test.direct.pTTL(`session:${live.id}`);
    };
    expect(await ttlAfter(false)).toBeLessThanOrEqual(30_000);
    for (const purpose of ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"])
      expect(await ttlAfter(true, { "sec-purpose": purpose }), purpose).toBeLessThanOrEqual(30_000);
    expect(await ttlAfter(true, { purpose: "prefetch" })).toBeLessThanOrEqual(30_000);
    expect(await ttlAfter(true, { "sec-purpose": "other" })).toBeGreaterThan(59_000);
  });

  it("sends to the sign-in and back to the page, with its query and to nowhere else", async () => {
    expect(await direct("/account?tab=1&next=//evil.example")).toEqual({
      go: "to-sign-in",
      location: "/login?next=%2Faccount%3Ftab%3D1%26next%3D%2F%2Fevil.example",
    });
  });

  it("leaves a refusal behind on the way to the sign-in, and says there that the session has ended", async () => {
    expect(await direct("/account?tab=1&error=no-session&field=x")).toEqual({
      go: "to-sign-in",
      location: "/login?next=%2Faccount%3Ftab%3D1&error=no-session",
    });
    expect(await direct("/account?error=invalid&field=x")).toEqual({
      go: "to-sign-in",
      location: "/login?next=%2Faccount",
    });
  });

  it("leads nowhere from the pages that Next keeps for itself, at no cost", async () => {
    const { cookie } = await begin({ id: "u", name: "ada" });
    const before = test.cloud.gateway.requests;
    for (const path of ["/_global-error", "/_not-found", "/_hidden/admin", "/%5Fhidden/admin", "/%5fx"])
      expect(await goes(path, cookie)).toBe("not-found");
    expect(test.cloud.gateway.requests).toBe(before);
  });

  it("takes ended and vanished sessions for none", async () => {
    const { live, cookie } = await begin({ id: "u", name: "ada" });
    await context().sessions.destroy(live.id);
    expect(await goes("/account", cookie)).toBe("to-sign-in");
    expect(await handed(await direct("/", { cookie }), cookie)).toMatchObject({ state: "none" });
    await test.direct.del(`session:${live.id}`);
    expect(await handed(await direct("/", { cookie }), cookie)).toMatchObject({ state: "none" });
  });

  it("says what of the request's deadline it has spent", async () => {
    const { cookie } = await begin({ id: "u", name: "ada" });
    const handover = await handed(await direct("/", { cookie }), cookie);
    expect(handover?.spentMs).toBeGreaterThan(0);
  });

  it("lets no one speak for it: a word that a client sends is taken away", async () => {
    const { cookie } = await begin({ id: "u", name: "ada" });
    const theirs = await direct("/", { cookie });
    const stolen = (theirs.go === "on" && theirs.requestHeaders.get(SESSION_HEADER)) || "";
    expect(stolen).not.toBe("");
    for (const headers of [{}, { cookie: "session=junk" }, { cookie: "other=1" }]) {
      const direction = await direct("/", { ...headers, [SESSION_HEADER]: stolen });
      expect(direction.go === "on" && direction.requestHeaders.get(SESSION_HEADER)).not.toBe(stolen);
      expect(await goes("/account", headers.cookie ?? "")).toBe("to-sign-in");
    }
  });

  const seal = `Fe26.2*1*${"0".repeat(64)}*${"A".repeat(22)}*${"A".repeat(86)}**${"0".repeat(64)}*${"A".repeat(43)}~2`;
  it.each([
    "session=",
    "session=%zz",
    "session=junk",
    `session=${"A".repeat(43)}`,
    `session=${seal}`,
    "session",
  ])("asks Redis nothing for %s", async (cookie) => {
    const before = test.cloud.gateway.requests;
    for (const page of pages) await direct(page, { cookie });
    expect(test.cloud.gateway.requests).toBe(before);
  });
});

describe("in an outage", () => {
  it("says so on pages that need the session, and hands the word on to the others: it is not signed out", async () => {
    const { cookie } = await begin({ id: "u", name: "ada" });
    test.cloud.redis.pause();
    try {
      for (const page of pages) {
        const needs = page === "/account" || page === "/sessions" || page === "/list";
        const direction = await direct(page, { cookie });
        expect([page, direction.go]).toEqual([page, needs ? "to-unavailable" : "on"]);
        if (!needs) expect(await handed(direction, cookie)).toMatchObject({ state: "unavailable" });
      }
      expect(await goes("/account", "")).toBe("to-sign-in");
      expect(await goes("/list", "")).toBe("on");
    } finally {
      test.cloud.redis.resume();
    }
    expect(await goes("/account", cookie)).toBe("on");
  });
});

describe("a hidden page", () => {
  const user = { id: "u", name: "ada" };
  const shownTo = (isShownTo: HiddenPages["isShownTo"]) => ({ pages: ["/admin"], isShownTo });
  const shownToAda = shownTo(async ({ name }) => name === "ada");
  const request = (hidden: HiddenPages, path = "/admin") => ({
    ...{ url: new URL(testSite + path), policy: POLICY, renew: true },
    hidden,
  });
  const ask = (cookie: string, hidden: HiddenPages, path?: string) =>
    handlePageRequest(context(cookie ? { cookie } : {}), request(hidden, path));

  it("is there, with its query and the session, for whom it is shown to, and for nobody else", async () => {
    const ada = await begin(user);
    const shown = await ask(ada.cookie, shownToAda, "/admin?tab=1");
    expect(shown).toMatchObject({ go: "to-hidden", page: "/_hidden/admin?tab=1" });
    expect(await handed(shown, ada.cookie)).toMatchObject({ state: "live" });
    const eve = await begin({ id: "e", name: "eve" });
    for (const { cookie } of [eve, await begin(null), { cookie: "" }, { cookie: "session=junk" }])
      expect((await ask(cookie, shownToAda)).go, cookie).toBe("on");
    await context().sessions.destroy(ada.live.id);
    expect((await ask(ada.cookie, shownToAda)).go).toBe("on");
  });

  it("asks at its own address alone, and only where somebody is signed in", async () => {
    const isShownTo = vi.fn(async () => true);
    const [ada, visitor] = [await begin(user), await begin(null)];
    for (const path of ["/", "/admin/more", "/adminx", "/%61dmin"])
      expect([path, (await ask(ada.cookie, shownTo(isShownTo), path)).go]).toEqual([path, "on"]);
    for (const cookie of ["", "session=junk", visitor.cookie]) await ask(cookie, shownTo(isShownTo));
    expect(isShownTo).not.toHaveBeenCalled();
    await ask(ada.cookie, shownTo(isShownTo));
    expect(isShownTo).toHaveBeenCalledOnce();
  });

  it("tells nobody what it took to find out, and counts it to the request's deadline", async () => {
    const { cookie } = await begin(user);
    let askedMs = 0;
    const hidden = shownTo(async (_, { redis }) => {
      await redis.run("find role", (client) => client.get("role"));
      askedMs = redis.spentMs;
      return false;
    });
    const own = context({ cookie });
    const direction = await handlePageRequest(own, request(hidden));
    expect(own.roundTrips.map(({ operations }) => operations)).toEqual([["get"]]);
    expect(askedMs).toBeGreaterThan(0);
    expect((await handed(direction, cookie))?.spentMs).toBe(own.spentMs + askedMs);
  });

  it("is there for nobody in an outage, and the session is no worse for it", async () => {
    const { cookie } = await begin(user);
    const late = await ask(
      cookie,
      shownTo(async () => {
        throw new StoreUnavailable("find role", "timeout");
      }),
    );
    expect(late.go).toBe("on");
    expect(await handed(late, cookie)).toMatchObject({ state: "live" });
    test.cloud.redis.pause();
    try {
      const direction = await ask(cookie, shownToAda);
      expect(direction.go).toBe("on");
      expect(await handed(direction, cookie)).toMatchObject({ state: "unavailable" });
    } finally {
      test.cloud.redis.resume();
    }
  });

  it("does not hide a fault of whoever is asked", async () => {
    const { cookie } = await begin(user);
    const fault = new TypeError("a fault");
    await expect(
      ask(
        cookie,
        shownTo(() => Promise.reject(fault)),
      ),
    ).rejects.toBe(fault);
  });

  it("takes the actions that are sent from it, and says nothing of the session, which they read themselves", async () => {
    const act = async (cookie: string, path = "/admin") => {
      const direction = await handleAction(context({ cookie }), request(shownToAda, path));
      const header = "requestHeaders" in direction && direction.requestHeaders.get(SESSION_HEADER);
      return [direction.go, header];
    };
    const [ada, eve] = [await begin(user), await begin({ id: "e", name: "eve" })];
    expect(await act(ada.cookie)).toEqual(["to-hidden", null]);
    expect(await act(eve.cookie)).toEqual(["on", null]);
    expect(await act("")).toEqual(["on", null]);
    expect(await act(ada.cookie, "/_hidden/admin")).toEqual(["not-found", null]);
    const before = test.cloud.gateway.requests;
    expect(await act(ada.cookie, "/account")).toEqual(["on", null]);
    expect(test.cloud.gateway.requests).toBe(before);
  });
});
