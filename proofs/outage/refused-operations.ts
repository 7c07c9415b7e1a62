import { StoreUnavailable } from "@carryover/session/internal/store";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import {
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
  testSite,
} from "@carryover/session/internal/testing/test-visitor";
import { NextRequest } from "next/server";
import * as accountDelete from "@/app/api/account/delete/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as cartClear from "@/app/api/cart/clear/route";
import * as cartRemove from "@/app/api/cart/remove/route";
import * as cart from "@/app/api/cart/route";
import * as cartSet from "@/app/api/cart/set/route";
import * as guest from "@/app/api/guest/route";
import * as health from "@/app/api/health/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as profile from "@/app/api/profile/route";
import * as register from "@/app/api/register/route";
import * as idle from "@/app/api/session/idle/route";
import * as session from "@/app/api/session/route";
import * as views from "@/app/api/session/views/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import * as sessions from "@/app/api/sessions/route";
import { disableAccount } from "@/lib/account/disable-account";
import { accountsOf } from "@/lib/account/redis-account-store";
import { plantAccount } from "@/lib/account/test-account";
import { contextOf } from "@/lib/test-context";
import { middleware } from "@/middleware";

/** Something that a visitor does, as the page names it. */
export interface Operation {
  readonly name: string;
  /** Who does it. */
  readonly visitor: () => Promise<TestVisitor>;
  /** What is sent with it, where that depends on the visitor. */
  readonly fields?: (visitor: TestVisitor) => Promise<Fields>;
  readonly send: (visitor: TestVisitor, fields?: Fields) => Promise<Response>;
  /** It ends a session. */
  readonly isEnd?: true;
}

/** As the command does, which is no request. */
async function disable(): Promise<Response> {
  const context = contextOf(new Headers());
  const stores = { accounts: accountsOf(context), sessions: context.sessions };
  try {
    await disableAccount(stores, { name: ada.username, nowMs: 1 });
    return new Response();
  } catch (error) {
    if (error instanceof StoreUnavailable)
      return new Response(null, { status: 503, headers: { "retry-after": "1" } });
    throw error;
  }
}

const ada = { username: "ada", password: "correct horse battery" };

/** Everything that asks Redis for something, once for each way that it takes there. */
export async function operationsOf(test: TestEnv): Promise<readonly Operation[]> {
  const nobody = async () => createVisitor();
  const shopper = async () => {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    return visitor;
  };
  const user = async () => {
    await plantAccount(test, ada.username);
    const visitor = createVisitor();
    await visitor.post(login.POST, ada);
    return visitor;
  };
  /** With the cookie of a session that has ended by itself. */
  const stranger = async () => {
    const visitor = await shopper();
    await test.direct.flushAll();
    return visitor;
  };
  /** The account is there, and this one is not signed in to it. */
  const owner = async (visitor: Promise<TestVisitor>) => {
    await plantAccount(test, ada.username);
    return visitor;
  };
  const another = async (): Promise<Fields> => {
    const device = createVisitor();
    await device.post(login.POST, ada);
    const { session: shown } = await (await device.get(session.GET, "/api/session?peek=1")).json();
    return { handle: shown.handle };
  };
  const twoDevices = async () => {
    const visitor = await user();
    await another();
    return visitor;
  };
  const get = (handler: Handler, path?: string) => (visitor: TestVisitor) => visitor.get(handler, path);
  const post =
    (handler: Handler, fields: Fields = {}) =>
    (visitor: TestVisitor, more: Fields = {}) =>
      visitor.post(handler, { ...fields, ...more }, { "idempotency-key": "the-key-of-this-form" });
  const page = (path: string) => async (visitor: TestVisitor) =>
    middleware(
      new NextRequest(testSite + path, { headers: { host: "localhost:3000", cookie: visitor.cookie } }),
    );
  const next = "a staple and a horse";

  return [
    { name: "an expired session", visitor: stranger, send: get(session.GET) },
    { name: "a page", visitor: user, send: page("/profile") },
    { name: "the session", visitor: user, send: get(session.GET) },
    { name: "the session, without renewal", visitor: user, send: get(session.GET, "/api/session?peek=1") },
    { name: "the cart", visitor: shopper, send: get(cart.GET) },
    { name: "the list of devices", visitor: user, send: get(sessions.GET) },
    { name: "a first add to cart", visitor: nobody, send: post(cartAdd.POST, { sku: "tote" }) },
    { name: "an add to cart", visitor: shopper, send: post(cartAdd.POST, { sku: "tote" }) },
    { name: "an add to a user's cart", visitor: user, send: post(cartAdd.POST, { sku: "tote" }) },
    { name: "a quantity", visitor: shopper, send: post(cartSet.POST, { sku: "tote", quantity: 3 }) },
    { name: "a line removed", visitor: shopper, send: post(cartRemove.POST, { sku: "tote" }) },
    { name: "a cart cleared", visitor: shopper, send: post(cartClear.POST) },
    { name: "an idle timeout", visitor: user, send: post(idle.POST, { idleSeconds: 60 }) },
    { name: "a view counted", visitor: user, send: post(views.POST) },
    { name: "a name", visitor: user, send: post(profile.POST, { displayName: "Ada" }) },
    { name: "a guest", visitor: nobody, send: post(guest.POST) },
    { name: "a guest with a cart", visitor: shopper, send: post(guest.POST) },
    { name: "a registration", visitor: nobody, send: post(register.POST, { ...ada, username: "bob" }) },
    { name: "a log-in", visitor: () => owner(nobody()), send: post(login.POST, ada) },
    { name: "a log-in with a cart", visitor: () => owner(shopper()), send: post(login.POST, ada) },
    { name: "a log-in by a user", visitor: user, send: post(login.POST, ada) },
    { name: "a password changed", visitor: user, send: post(password.POST, { current: ada.password, next }) },
    { name: "a visitor's log-out", visitor: shopper, send: post(logout.POST), isEnd: true },
    { name: "a log-out", visitor: user, send: post(logout.POST), isEnd: true },
    { name: "one session ended", visitor: user, fields: another, send: post(revoke.POST), isEnd: true },
    { name: "the others ended", visitor: twoDevices, send: post(revoke.POST, { others: 1 }), isEnd: true },
    { name: "all ended", visitor: twoDevices, send: post(revoke.POST, { all: 1 }), isEnd: true },
    {
      name: "an account deleted",
      visitor: user,
      send: post(accountDelete.POST, { password: ada.password }),
      isEnd: true,
    },
    { name: "an account disabled", visitor: user, send: disable, isEnd: true },
    { name: "the deep health check", visitor: nobody, send: get(health.GET, "/api/health?deep=1") },
  ];
}
