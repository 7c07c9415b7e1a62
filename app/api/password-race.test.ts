import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import * as sessions from "@/app/api/sessions/route";
import { disableAccount } from "@/lib/account/disable-account";
import { redisAccountStore } from "@/lib/account/redis-account-store";
import { contextOf } from "@/lib/test-context";

/** Holds the next request whose password was found right, or was changed, until it is let go. */
interface PausePoint {
  next: null | (() => Promise<void>);
}
const checked = vi.hoisted((): PausePoint => ({ next: null }));
const changedPassword = vi.hoisted((): PausePoint => ({ next: null }));
vi.mock("@/lib/account/redis-account-store", async (original) => {
  const real = await original<typeof import("@/lib/account/redis-account-store")>();
  const accountsOf: typeof real.accountsOf = (context) => {
    const store = real.accountsOf(context);
    return {
      ...store,
      async changePassword(...args) {
        const hold = changedPassword.next;
        changedPassword.next = null;
        const isChanged = await store.changePassword(...args);
        await hold?.();
        return isChanged;
      },
    };
  };
  return { ...real, accountsOf };
});
vi.mock("@/lib/account/password-hash", async (original) => {
  const real = await original<typeof import("@/lib/account/password-hash")>();
  const verifyPassword: typeof real.verifyPassword = async (...args) => {
    const hold = checked.next;
    checked.next = null;
    const isRight = await real.verifyPassword(...args);
    await hold?.();
    return isRight;
  };
  return { ...real, verifyPassword };
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

function holdNext(place = checked): { reached: Promise<void>; letGo: () => void } {
  const reached = deferred();
  const paused = deferred();
  place.next = () => {
    reached.resolve();
    return paused.promise;
  };
  return { reached: reached.promise, letGo: () => paused.resolve() };
}

const ada = { username: "ada", password: "correct horse battery" };
const changed = { current: ada.password, next: "a longer horse battery", endOthers: true };
// What a write of one who has the cookie, too, does to the revision.
const CHANGE = `
local value = redis.call('GET', KEYS[1])
local changed, times = string.gsub(value, '"revision":(%d+)', function(n) return '"revision":' .. (n + 1) end, 1)
if times == 1 then redis.call('SET', KEYS[1], changed, 'KEEPTTL') end
return times
`;
let test: TestEnv;

beforeAll(async () => {
  // Thirty tries on a busy machine take longer than a visitor would wait.
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000", SESSION_DEADLINE_MS: "15000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const isSignedIn = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET, "/api/session?peek=1")).json()).authenticated === true;

it("a sign-in with the old password that was under way does not outlive the change that ends the others", async () => {
  const [owner, thief] = [createVisitor(), createVisitor()];
  await owner.post(register.POST, ada);
  const { reached, letGo } = holdNext();
  const signingIn = thief.post(login.POST, ada);
  await reached;
  expect((await owner.post(password.POST, changed)).status).toBe(200);
  letGo();
  expect(await codeOf(await signingIn)).toEqual([401, "bad-credentials"]);
  expect(await isSignedIn(thief)).toBe(false);
  expect(await (await owner.get(sessions.GET)).json()).toHaveLength(1);
});

it("a copy that changes the session without a pause cannot keep it alive under its old ID", async () => {
  const owner = createVisitor();
  await owner.post(register.POST, ada);
  const [key = ""] = await test.direct.keys("session:*");
  const change = () => test.direct.eval(CHANGE, { keys: [key], arguments: [] });
  let isOver = false;
  const thief = (async () => {
    while (!isOver) await change();
  })();
  const answer = await owner.post(password.POST, changed);
  isOver = true;
  await thief;
  expect(await codeOf(answer)).toEqual([409, "session-changed"]);
  expect(await isSignedIn(owner)).toBe(false);
  expect(await test.direct.get(key)).toMatch(/^\{"ended":/);
  expect(await codeOf(await createVisitor().post(login.POST, ada))).toEqual([401, "bad-credentials"]);
  const again = createVisitor();
  expect((await again.post(login.POST, { ...ada, password: changed.next })).status).toBe(200);
});

it("the others end with the password, also where the session that changes it is ended meanwhile", async () => {
  const [owner, thief] = [createVisitor(), createVisitor()];
  await owner.post(register.POST, ada);
  await thief.post(login.POST, ada);
  const { reached, letGo } = holdNext(changedPassword);
  const changing = owner.post(password.POST, changed);
  await reached;
  await createVisitor(owner.cookie).post(logout.POST);
  letGo();
  expect(await codeOf(await changing)).toEqual([409, "session-changed"]);
  expect(await isSignedIn(thief)).toBe(false);
});

it("a session that is ended while its password is hashed changes nothing any more", async () => {
  const [owner, thief] = [createVisitor(), createVisitor()];
  await owner.post(register.POST, ada);
  await thief.post(login.POST, ada);
  const { reached, letGo } = holdNext();
  const changing = thief.post(password.POST, changed);
  await reached;
  expect((await owner.post(revoke.POST, { others: 1 })).status).toBe(200);
  letGo();
  expect(await codeOf(await changing)).toEqual([409, "session-changed"]);
  expect(await isSignedIn(thief)).toBe(false);
  expect((await createVisitor().post(login.POST, ada)).status).toBe(200);
});

it("nor does one whose tombstone has expired, as after a minute", async () => {
  const owner = createVisitor();
  await owner.post(register.POST, ada);
  const { reached, letGo } = holdNext(changedPassword);
  const changing = owner.post(password.POST, changed);
  await reached;
  await createVisitor(owner.cookie).post(revoke.POST, { all: 1 });
  for (const key of await test.direct.keys("session:*")) await test.direct.del(key);
  letGo();
  expect(await codeOf(await changing)).toEqual([409, "session-changed"]);
  expect(await isSignedIn(owner)).toBe(false);
});

it("an account that is disabled while its owner signs in lets nobody in", async () => {
  const owner = createVisitor();
  await createVisitor().post(register.POST, ada);
  const { reached, letGo } = holdNext();
  const signingIn = owner.post(login.POST, ada);
  await reached;
  const { sessions, redis, keys } = contextOf(new Headers());
  await disableAccount({ accounts: redisAccountStore({ redis, keys }), sessions }, { name: "ada", nowMs: 1 });
  // As after the minute for which the list of the user's sessions is closed.
  for (const key of await test.direct.keys("user-sessions:*")) await test.direct.del(key);
  letGo();
  expect(await codeOf(await signingIn)).toEqual([401, "bad-credentials"]);
  expect(await isSignedIn(owner)).toBe(false);
});
