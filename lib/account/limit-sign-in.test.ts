import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as accountDelete from "@/app/api/account/delete/route";
import * as login from "@/app/api/login/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import { contextOf } from "@/lib/test-context";
import { limitSignIn } from "./limit-sign-in";

vi.spyOn(console, "error").mockImplementation(() => {});
const ada = { username: "ada", password: "correct horse battery" };
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

/** What becomes of so many attempts at one moment: they are counted in one request, or in few. */
function attempts(count: number, attemptOf: (at: number) => { name: string; address: string }) {
  const outcomes = Array.from({ length: count }, async (_, at) => {
    const { name, address } = attemptOf(at);
    try {
      await limitSignIn({ ...contextOf(new Headers()), clientAddress: address }, name);
      return "counted";
    } catch (error) {
      return error;
    }
  });
  return Promise.all(outcomes);
}
const slowDown = expect.objectContaining({ code: "slow-down", retryAfterSeconds: expect.any(Number) });

describe("the limit of sign-ins", () => {
  it("is ten at once for an account, from wherever they come", async () => {
    const outcomes = await attempts(12, (at) => ({ name: "ada", address: `192.0.2.${at}` }));
    expect(outcomes).toEqual([...Array(10).fill("counted"), slowDown, slowDown]);
    expect(await attempts(1, () => ({ name: "bob", address: "192.0.2.1" }))).toEqual(["counted"]);
  });

  it("is a hundred at once for an address, whatever names it tries", async () => {
    const address = "192.0.2.7";
    const outcomes = await attempts(150, (at) => ({ name: `name-${at}`, address }));
    // One comes back each 0.6 s, and the attempts travel in several requests.
    const refused = outcomes.filter((outcome) => outcome !== "counted");
    expect(outcomes.slice(0, 100)).toEqual(Array(100).fill("counted"));
    expect(refused.length).toBeGreaterThan(0);
    expect(await attempts(1, () => ({ name: "ada", address: "192.0.2.8" }))).toEqual(["counted"]);
  });

  it("keeps a key for the name and one for the address, each with an end within a minute", async () => {
    await attempts(1, () => ({ name: "ada", address: "192.0.2.7" }));
    const names = await test.direct.keys("*");
    expect(names.sort()).toEqual(["limit:sign-in-address:192.0.2.7", "limit:sign-in-name:ada"]);
    for (const name of names) {
      const ttlMs = await test.direct.pTTL(name);
      expect(ttlMs).toBeGreaterThan(0);
      expect(ttlMs).toBeLessThanOrEqual(60_000);
    }
  });

  it("costs one request", async () => {
    expect(await countRequests(test, () => attempts(1, () => ({ name: "ada", address: "x" })))).toBe(1);
  });

  it("is told with the time to come back, to the right password and to a registration, too", async () => {
    await createVisitor().post(register.POST, ada);
    await attempts(10, (at) => ({ name: "ada", address: `192.0.2.${at}` }));
    for (const route of [login.POST, register.POST]) {
      const refused = await createVisitor().post(route, { ...ada, username: "ADA" });
      const seconds = Number(refused.headers.get("retry-after"));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(await codeOf(refused)).toEqual([429, "slow-down"]);
    }
    const form = await createVisitor().submit(login.POST, ada);
    expect(form.headers.get("location")).toBe("/login?error=slow-down");
  });
});

describe("confirmations by password in a session", () => {
  const wrong = { password: "not her password" };
  const confirming: [string, (visitor: TestVisitor, fields: { password: string }) => Promise<Response>][] = [
    ["deleting the account", (visitor, fields) => visitor.post(accountDelete.POST, fields)],
    [
      "changing the password",
      (visitor, fields) =>
        visitor.post(password.POST, { current: fields.password, next: "a longer horse battery" }),
    ],
    [
      "ending sessions",
      async (visitor, fields) => {
        await ageSessions();
        return visitor.post(revoke.POST, { others: 1, ...fields });
      },
    ],
  ];

  /** Makes a sign-in look older than five minutes, as only Redis can. */
  async function ageSessions(): Promise<void> {
    for (const key of await test.direct.keys("session:*")) {
      const text = (await test.direct.get(key)) ?? "";
      const older = text.replace(/"createdAt":\d+/, `"createdAt":${Date.now() - 301_000}`);
      await test.direct.set(key, older, { expiration: "KEEPTTL" });
    }
  }

  it.each(confirming)(
    "%s: a stranger's wrong passwords at the log-in hold up no owner",
    async (_, confirm) => {
      const owner = createVisitor();
      await owner.post(register.POST, ada);
      await attempts(200, () => ({ name: "ada", address: "unknown" }));
      expect(await codeOf(await createVisitor().post(login.POST, ada))).toEqual([429, "slow-down"]);
      expect((await confirm(owner, ada)).status).toBe(200);
    },
  );

  it.each(confirming)(
    "%s: ten a minute of a session, so that nobody guesses with a stolen one",
    async (_, confirm) => {
      const owner = createVisitor();
      await owner.post(register.POST, ada);
      const [key = ""] = await test.direct.keys("session:*");
      const bucket = `limit:confirm:${await handleOf(owner)}`;
      expect((await confirm(owner, wrong)).status).toBe(401);
      expect(await test.direct.keys("limit:confirm:*")).toEqual([bucket]);
      expect(bucket).not.toContain(key.slice("session:".length));
      // As ten attempts at this moment leave it, by Redis' own clock.
      await test.direct.eval(
        "local t = redis.call('TIME') redis.call('SET', KEYS[1], string.format('%.0f', (t[1] + 60) * 1000000 + t[2]), 'PX', 60000)",
        { keys: [bucket], arguments: [] },
      );
      const refused = await confirm(owner, ada);
      expect(refused.headers.get("retry-after")).toMatch(/^[1-6]$/);
      expect(await codeOf(refused)).toEqual([429, "slow-down"]);
      // Another session of the same user has its own.
      const other = createVisitor();
      await other.post(login.POST, ada);
      expect((await confirm(other, ada)).status).toBe(200);
    },
  );

  it("does not count for the log-in", async () => {
    const owner = createVisitor();
    await owner.post(register.POST, ada);
    const before = await test.direct.get("limit:sign-in-name:ada");
    expect(await codeOf(await owner.post(accountDelete.POST, wrong))).toEqual([401, "bad-credentials"]);
    expect(await test.direct.get("limit:sign-in-name:ada")).toBe(before);
  });
});

async function handleOf(visitor: TestVisitor): Promise<string> {
  return (await (await visitor.get(session.GET)).json()).session.handle;
}
