import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { anonymousSession, signedInSession } from "../testing/contract/contract-session.ts";
import { live } from "../testing/contract/workbench.ts";
import { contextOf } from "../testing/test-context.ts";
import type { TestEnv } from "../testing/test-env.ts";
import { startTestServer } from "../testing/test-server.ts";
import { testSite } from "../testing/test-visitor.ts";
import { SESSION_HEADER } from "./handover-sign.ts";
import { readHandover } from "./handover-verify.ts";
import { type Direction, handlePageRequest } from "./page-middleware.ts";
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
  const header = direction.go === "on" ? direction.requestHeaders.get(SESSION_HEADER) : null;
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
    for (const path of ["/_global-error", "/_not-found", "/_anything"])
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
