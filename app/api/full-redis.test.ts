import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import * as accountDelete from "@/app/api/account/delete/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as session from "@/app/api/session/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import * as sessions from "@/app/api/sessions/route";
import { disableAccount } from "@/lib/account/disable-account";
import { accountsOf } from "@/lib/account/redis-account-store";
import { plantAccount } from "@/lib/account/test-account";
import { contextOf } from "@/lib/test-context";

let test: TestEnv;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
});
beforeEach(async () => {
  await test.direct.configSet({ maxmemory: "0" });
  await test.direct.flushAll();
});
afterAll(() => test?.stop());

const fill = () => test.direct.configSet({ "maxmemory-policy": "noeviction", maxmemory: "1" });
const isSignedIn = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET, "/api/session?peek=1")).json()).authenticated;

async function devices(count: number): Promise<TestVisitor[]> {
  const ada = await plantAccount(test, "ada");
  const all = Array.from({ length: count }, () => createVisitor());
  for (const each of all) expect((await each.post(login.POST, ada)).status).toBe(200);
  return all;
}

it("shows sessions while Redis is full, and keeps nothing new", async () => {
  const [ada = createVisitor()] = await devices(1);
  await fill();
  expect(await isSignedIn(ada)).toBe(true);
  expect((await ada.get(session.GET)).status).toBe(200);
  expect(await (await ada.get(sessions.GET)).json()).toHaveLength(1);
  for (const visitor of [ada, createVisitor()])
    expect(await codeOf(await visitor.post(cartAdd.POST, { sku: "tote" }))).toEqual([503, "unavailable"]);
});

it("logs out while Redis is full", async () => {
  const [ada = createVisitor()] = await devices(1);
  const copy = createVisitor(ada.cookie);
  await fill();
  expect((await ada.post(logout.POST)).status).toBe(200);
  expect(await codeOf(await copy.post(cartAdd.POST, { sku: "tote" }))).toEqual([401, "no-session"]);
});

it("revokes one session, the others, and all, while Redis is full", async () => {
  const all = await devices(4);
  const [ada = createVisitor(), second = createVisitor()] = all;
  const { session: seconds } = await (await second.get(session.GET)).json();
  await fill();
  expect(await (await ada.post(revoke.POST, { handle: seconds.handle })).json()).toEqual({ ended: 1 });
  expect(await (await ada.post(revoke.POST, { others: 1 })).json()).toEqual({ ended: 2 });
  expect(await Promise.all(all.map(isSignedIn))).toEqual([true, false, false, false]);
  const copy = createVisitor(ada.cookie);
  expect(await (await ada.post(revoke.POST, { all: 1 })).json()).toEqual({ ended: 1 });
  expect(await isSignedIn(copy)).toBe(false);
});

it("revokes also where the form carries a key, which a full Redis cannot remember", async () => {
  const [ada = createVisitor(), second = createVisitor(), third = createVisitor()] = await devices(3);
  const { session: seconds } = await (await second.get(session.GET)).json();
  await fill();
  const one = { handle: seconds.handle, idempotencyKey: "the-key-of-one-form" };
  const others = { others: "1", idempotencyKey: "the-key-of-another" };
  for (const fields of [one, others]) {
    const answer = await ada.submit(revoke.POST, fields);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  }
  expect(await Promise.all([ada, second, third].map(isSignedIn))).toEqual([true, false, false]);
});

it("deletes a guest and disables an account while Redis is full", async () => {
  const [ada = createVisitor()] = await devices(1);
  const visitor = createVisitor();
  await visitor.post(guest.POST);
  const copy = createVisitor(visitor.cookie);
  await fill();
  expect(await (await visitor.post(accountDelete.POST)).json()).toEqual({ deleted: true });
  const context = contextOf(new Headers());
  const stores = { accounts: accountsOf(context), sessions: context.sessions };
  expect(await disableAccount(stores, { name: "ada", nowMs: 1 })).toBe(1);
  expect(await Promise.all([copy, ada].map(isSignedIn))).toEqual([false, false]);
});
