import { SESSION_HEADER } from "@carryover/session/internal/next/handover-sign";
import { readHandover } from "@carryover/session/internal/next/handover-verify";
import { pagePolicy } from "@carryover/session/internal/next/http/response-headers";
import { handlePageRequest } from "@carryover/session/internal/next/page-middleware";
import { processState } from "@carryover/session/internal/process-state";
import {
  createScript,
  destroyScript,
  indexAddScript,
  indexRemoveScript,
  saveScript,
} from "@carryover/session/internal/redis/scripts/lua";
import { readScript } from "@carryover/session/internal/redis/scripts/read-session";
import {
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
  testSite,
} from "@carryover/session/internal/testing/test-visitor";
import { NextRequest } from "next/server";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as logout from "@/app/api/logout/route";
import * as idle from "@/app/api/session/idle/route";
import * as session from "@/app/api/session/route";
import { contextOf } from "@/lib/test-context";
import { middleware } from "@/middleware";

/** What a endpoint asks of Redis, by the script that identifies such a request. */
export const steps = {
  open: readScript,
  read: readScript,
  save: saveScript,
  begin: createScript,
  end: destroyScript,
  claim: destroyScript,
  list: indexAddScript,
  unlist: indexRemoveScript,
};
export type Step = keyof typeof steps;

/** What a visitor sees of an answer. */
interface Seen {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly setCookie: string | null;
  readonly text: string;
}

/** A place where a request comes in. */
export interface Endpoint {
  readonly name: string;
  /** Who comes. */
  readonly visitor: () => Promise<TestVisitor>;
  /** What it asks of Redis, in this order. */
  readonly steps: readonly Step[];
  readonly send: (visitor: TestVisitor) => Promise<Seen>;
  /** The page is shown in an outage, and says so in its words. Otherwise: 503 with Retry-After. */
  readonly isShown?: true;
}

export async function visitorWithCart(): Promise<TestVisitor> {
  const visitor = createVisitor();
  await visitor.post(cartAdd.POST, { sku: "lantern", quantity: 7 });
  return visitor;
}

export async function guestWithCart(): Promise<TestVisitor> {
  const visitor = await visitorWithCart();
  await visitor.post(guest.POST);
  return visitor;
}

const nobody = async () => createVisitor();

/** The session as the visitor sees it, but for what time does to it; `null` without one. */
export async function sessionOf(visitor: TestVisitor) {
  const response = await visitor.get(session.GET, "/api/session?peek=1");
  const { session: shown } = await response.json();
  return shown && { ...shown, ttlSeconds: 0 };
}

async function seen(response: Response): Promise<Seen> {
  const { status, headers } = response;
  const text = await response.text();
  return { status, retryAfter: headers.get("retry-after"), setCookie: headers.get("set-cookie"), text };
}

const get = (path: string) => async (visitor: TestVisitor) => seen(await visitor.get(session.GET, path));
const post = (handler: Handler, fields: Fields) => async (visitor: TestVisitor) =>
  seen(await visitor.post(handler, fields));

/** The middleware's decision as the status that it leads to, and its word to the page as the text. */
const page = (path: string) => async (visitor: TestVisitor) => {
  const context = contextOf(new Headers({ host: "localhost:3000", cookie: visitor.cookie }));
  const direction = await handlePageRequest(context, {
    url: new URL(testSite + path),
    policy: pagePolicy(),
    renew: true,
  });
  if (direction.go === "to-sign-in") throw new Error("An outage must not look like signed out.");
  const word = direction.requestHeaders.get(SESSION_HEADER);
  const handover = readHandover(word, context.cookies, context.env);
  const isShown = direction.go === "on";
  return {
    status: isShown ? 200 : 503,
    retryAfter: isShown ? null : "1",
    setCookie: null,
    text: handover?.state ?? "",
  };
};

const throughMiddleware = (path: string) => async (visitor: TestVisitor) => {
  const headers = { host: "localhost:3000", cookie: visitor.cookie };
  return seen(await middleware(new NextRequest(testSite + path, { headers })));
};

/** As another server does it, which has not seen the session. */
const unseen = (send: Endpoint["send"]) => (visitor: TestVisitor) => {
  delete processState().seenSessions;
  return send(visitor);
};

const add = post(cartAdd.POST, { sku: "lantern", quantity: 1 });
const setIdle = post(idle.POST, { idleSeconds: 120 });
export const signIn = post(guest.POST, {});
export const signOut = post(logout.POST, {});

export const endpoints: readonly Endpoint[] = [
  { name: "page /", visitor: visitorWithCart, steps: ["open"], send: page("/"), isShown: true },
  { name: "page /cart", visitor: visitorWithCart, steps: ["open"], send: page("/cart") },
  { name: "page /profile", visitor: guestWithCart, steps: ["open"], send: page("/profile") },
  { name: "middleware", visitor: visitorWithCart, steps: ["open"], send: throughMiddleware("/cart") },
  { name: "GET session", visitor: visitorWithCart, steps: ["open"], send: get("/api/session") },
  { name: "GET session?peek=1", visitor: guestWithCart, steps: ["open"], send: get("/api/session?peek=1") },
  { name: "cart/add without a session", visitor: nobody, steps: ["begin"], send: add },
  { name: "cart/add", visitor: visitorWithCart, steps: ["read", "save"], send: unseen(add) },
  { name: "session/idle", visitor: guestWithCart, steps: ["read", "save"], send: unseen(setIdle) },
  { name: "cart/add to what was seen", visitor: visitorWithCart, steps: ["save"], send: add },
  { name: "session/idle of what was seen", visitor: guestWithCart, steps: ["save"], send: setIdle },
  { name: "logout of a visitor", visitor: visitorWithCart, steps: ["end"], send: signOut },
  { name: "logout of a user", visitor: guestWithCart, steps: ["end"], send: signOut },
  { name: "guest without a session", visitor: nobody, steps: ["list", "begin"], send: signIn },
  { name: "guest", visitor: visitorWithCart, steps: ["read", "list", "begin", "claim"], send: signIn },
];
