import { parseSameSitePath } from "@carryover/session/internal/next/http/origin";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as session from "@/app/api/session/route";
import { accountsOf } from "@/lib/account/redis-account-store";
import { plantAccount } from "@/lib/account/test-account";
import { admin } from "@/lib/session";
import { record } from "../support/record";
import { trialsOf } from "../support/trials";
import { type HostileRequest, hostileRequests, MARK } from "./hostile-request";
import { findRouteHandlers, type RouteHandler } from "./route-handlers";

const handlers = await findRouteHandlers();
const errorLog = vi.spyOn(console, "error").mockImplementation(() => {});

let test: TestEnv;
const operator = "olga";
/** Who has nothing to do with it. */
const bystander = createVisitor();

beforeAll(async () => {
  test = await startTestServer({
    INSTANCE_NAME: "a",
    SIGN_IN_LIMIT: "1000000",
    BEGIN_LIMIT: "1000000",
    SESSION_DEADLINE_MS: "10000",
  });
  expect((await bystander.post(guest.POST)).status).toBe(200);
  await plantAccount(test, operator);
  await accountsOf(admin.open({ by: "test" })).setRole(operator, "operator");
});
afterAll(() => test?.stop());

const numbers = { routes: handlers.length, requests: 0, serverErrors: 0, refused: 0, accepted: 0 };

/** Whether the routes are there for operators alone, who may end anybody's session. */
const isOperators = ({ path }: RouteHandler) => path.startsWith("/api/admin/");
const isSignedIn = async (browser: TestVisitor) =>
  (await (await browser.get(session.GET, "/api/session?peek=1")).json()).authenticated === true;

/** A browser with a session of whom the route is for, begun anew where what was sent has just ended it. */
async function signedIn(browser: TestVisitor, route: RouteHandler): Promise<TestVisitor> {
  if (await isSignedIn(browser)) return browser;
  const answer = isOperators(route)
    ? await browser.post(login.POST, { username: operator, password: "correct horse battery" })
    : await browser.post(guest.POST);
  expect(answer.status).toBe(200);
  return browser;
}

async function answerTo(route: RouteHandler, browser: TestVisitor, sent: HostileRequest) {
  const { path, method, handler } = route;
  if (method !== "GET") return browser.send(handler, path, { method, ...sent });
  const text = typeof sent.body === "string" ? sent.body : "";
  // The operators' routes read a whole form from their query.
  const query = (isOperators(route) ? text : String(new URLSearchParams({ peek: text }))).slice(0, 4000);
  return browser.send(handler, `${path}?${query}`, { headers: sent.headers });
}

async function expectNoFailure(response: Response): Promise<void> {
  const { status, headers } = response;
  const text = await response.text();
  numbers.requests++;
  if (status >= 500) numbers.serverErrors++;
  else if (status >= 400) numbers.refused++;
  else numbers.accepted++;
  expect(status).toBeLessThan(500);
  if (text !== "") expect(headers.get("content-type")).toMatch(/^application\/(problem\+)?json/);
  // A refusal repeats nothing of what was sent, and starts and ends no session.
  if (status >= 400) expect([text.includes(MARK), headers.get("set-cookie")]).toEqual([false, null]);
  const location = headers.get("location");
  if (location !== null) expect(parseSameSitePath(location), location).toBe(location);
  for (const [line] of errorLog.mock.calls) {
    expect(String(line)).not.toContain(MARK);
    expect(String(line)).not.toMatch(/[\r\n]/);
    expect(() => JSON.parse(String(line))).not.toThrow();
  }
  errorLog.mockClear();
}

describe("whatever is sent, no handler fails, repeats it or lets it into a log, and the next request is served", () => {
  it.each(handlers)("$method $path", async (route) => {
    const [visitor, user] = [createVisitor(), createVisitor()];
    const numRuns = trialsOf("hostileRequests");
    const property = fc.asyncProperty(hostileRequests, fc.boolean(), async (sent, isUser) => {
      await expectNoFailure(await answerTo(route, isUser ? await signedIn(user, route) : visitor, sent));
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(await isSignedIn(isOperators(route) ? await signedIn(bystander, route) : bystander)).toBe(true);
    });
    await fc.assert(property, { numRuns });
  });

  it("in numbers", async () => {
    await record("fuzz", numbers);
    console.log(
      `fuzz: ${numbers.requests} requests to ${numbers.routes} handlers, ${numbers.serverErrors} of them 5xx`,
    );
    expect(numbers).toMatchObject({
      requests: handlers.length * trialsOf("hostileRequests"),
      serverErrors: 0,
    });
    // It reached requests that are refused and requests that are accepted.
    expect(Math.min(numbers.refused, numbers.accepted)).toBeGreaterThan(100);
  });
});
