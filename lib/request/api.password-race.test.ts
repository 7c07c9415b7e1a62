import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as sessions from "@/app/api/sessions/route";
import type { TestEnv } from "@/lib/redis/test-env";
import { startTestServer } from "./test-server";
import { codeOf, createVisitor, type TestVisitor } from "./test-visitor";

/** Holds the next request whose password was found right, until it is let go. */
const checked = vi.hoisted(() => ({ next: null as null | (() => Promise<void>) }));
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

function holdNext(): { reached: Promise<void>; letGo: () => void } {
  const reached = deferred();
  const held = deferred();
  checked.next = () => {
    reached.resolve();
    return held.promise;
  };
  return { reached: reached.promise, letGo: () => held.resolve() };
}

const ada = { username: "ada", password: "correct horse battery" };
const changed = { current: ada.password, next: "a longer horse battery", endOthers: true };
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
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

it("the others end with the password, also where the session that changes it is ended meanwhile", async () => {
  const [owner, thief] = [createVisitor(), createVisitor()];
  await owner.post(register.POST, ada);
  await thief.post(login.POST, ada);
  const { reached, letGo } = holdNext();
  const changing = owner.post(password.POST, changed);
  await reached;
  await createVisitor(owner.cookie).post(logout.POST);
  letGo();
  expect(await codeOf(await changing)).toEqual([409, "session-changed"]);
  expect(await isSignedIn(thief)).toBe(false);
});
