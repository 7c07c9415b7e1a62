import {
  type FakeGateway,
  passOn,
  startFakeGateway,
  type TestEnv,
} from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  codeOf,
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as deletion from "@/app/api/account/delete/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as cartRemove from "@/app/api/cart/remove/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as profile from "@/app/api/profile/route";
import * as register from "@/app/api/register/route";
import * as idle from "@/app/api/session/idle/route";
import * as session from "@/app/api/session/route";
import * as views from "@/app/api/session/views/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import { cheapHash, plantAccount } from "@/lib/account/test-account";

// Deno sends a POST a second time, by itself, where a connection that was kept closes in place of the answer (2.9.6, fetch
// and node:http; `npm run check -- deno` counts). On a server that it runs, that is a request to Redis: carried out twice,
// and nobody on our side learns that the answer is the second one.

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));

let test: TestEnv;
let gate: FakeGateway;
/** Whether each request to Redis arrives twice. */
let twice = false;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "10", SESSION_DEADLINE_MS: "10000" });
  gate = await startFakeGateway(async (body, path, headers) => {
    const first = await passOn(test.cloud, body, path, headers);
    return twice ? passOn(test.cloud, body, path, headers) : first;
  });
  vi.stubEnv("UPSTASH_REDIS_REST_URL", gate.url);
});
beforeEach(async () => {
  twice = false;
  await test.direct.flushAll();
});
afterAll(async () => {
  await gate?.close();
  await test?.stop();
});

const ada = { username: "ada", password: "correct horse battery" };

/** What there is to see afterwards, but for names and times that are drawn anew. */
async function stateOf(visitor: TestVisitor) {
  const { session: now } = await (await visitor.get(session.GET, "/api/session?peek=1")).json();
  const values = await Promise.all((await test.direct.keys("session:*")).map((key) => test.direct.get(key)));
  return {
    isSignedIn: Boolean(now?.user),
    items: now?.cart.quantity ?? 0,
    views: now?.views ?? {},
    theme: now?.profile.theme,
    idleSeconds: now?.idleSeconds,
    revision: now?.revision,
    alive: values.filter((value) => value?.startsWith('{"v":')).length,
    accounts: (await test.direct.keys("account:*")).length,
  };
}

/** A browser with two items in its cart, signed in where there is a user. */
async function browserOf(who: "nobody" | "visitor" | "user"): Promise<TestVisitor> {
  await test.direct.flushAll();
  await plantAccount(test, ada.username);
  const visitor = createVisitor();
  if (who === "user") await visitor.post(login.POST, ada);
  if (who !== "nobody") await visitor.post(cartAdd.POST, { sku: "tote", quantity: 2 });
  return visitor;
}

const changes: readonly [string, "nobody" | "visitor" | "user", Handler, Fields][] = [
  ["the first item in a cart", "nobody", cartAdd.POST, { sku: "tote" }],
  ["one item more", "visitor", cartAdd.POST, { sku: "tote" }],
  ["a line less", "visitor", cartRemove.POST, { sku: "tote" }],
  ["a theme", "visitor", profile.POST, { theme: "dark" }],
  ["a view", "visitor", views.POST, {}],
  ["an idle timeout", "visitor", idle.POST, { idleSeconds: 600 }],
  ["a guest", "visitor", guest.POST, {}],
  ["a log-in", "visitor", login.POST, ada],
  ["a registration", "visitor", register.POST, { ...ada, username: "bob" }],
  [
    "a change of the password",
    "user",
    password.POST,
    { current: ada.password, next: "a staple and a horse" },
  ],
  ["the end of all sessions", "user", revoke.POST, { all: true }],
  ["a log-out", "user", logout.POST, {}],
  ["the end of an account", "user", deletion.POST, { password: ada.password }],
];

describe("where each request to Redis arrives twice, and the second answer counts", () => {
  it.each(changes)("%s is one", async (_, who, handler, fields) => {
    const send = async (isDoubled: boolean) => {
      const visitor = await browserOf(who);
      twice = isDoubled;
      const { status } = await visitor.post(handler, fields);
      twice = false;
      return { status, ...(await stateOf(visitor)) };
    };
    const once = await send(false);
    expect(once.status).toBeLessThan(300);
    expect(await send(true)).toEqual(once);
  });

  it("a sign-in counts twice in its limit: five wrong passwords a minute in place of ten, and never more", async () => {
    await plantAccount(test, ada.username);
    const guess = () => createVisitor().post(login.POST, { ...ada, password: "wrong horse battery" });
    twice = true;
    for (let each = 0; each < 5; each++) {
      expect(await codeOf(await guess())).toEqual([401, "bad-credentials"]);
    }
    const refused = await guess();
    expect(await codeOf(refused)).toEqual([429, "slow-down"]);
  });
});
