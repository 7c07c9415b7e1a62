import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod/mini";
import { installStoreTracing, processState } from "../process-state.ts";
import { contextOf, get, post } from "../testing/test-context.ts";
import type { TestEnv } from "../testing/test-env.ts";
import { countRequests, startTestServer } from "../testing/test-server.ts";
import { createVisitor, testSite } from "../testing/test-visitor.ts";
import type { SignInOptions } from "./carried-session.ts";
import { SESSION_HEADER, signHandover } from "./handover-sign.ts";
import { readHandover } from "./handover-verify.ts";
import { handlePageRequest } from "./page-middleware.ts";
import { createPages } from "./pages.ts";

// What Next says of a request: outside its server there is none.
const request = { headers: new Headers() };
vi.mock("next/headers", () => ({
  headers: async () => request.headers,
  cookies: async () => ({ get: () => undefined, set: () => {} }),
}));

let test: TestEnv;
let cookie = "";
const { openSession } = createPages(contextOf);
const signIn = (options?: SignInOptions) =>
  post({
    formPage: "/",
    lazy: true,
    fields: z.object({}),
    handler: (session) => session.signIn({ id: "user-ada", name: "ada" }, options),
  });
const url = new URL(`${testSite}/account`);
const publicUrl = new URL(testSite);

beforeAll(async () => {
  test = await startTestServer();
  const visitor = createVisitor();
  await visitor.post(signIn());
  cookie = visitor.cookie;
});
afterAll(() => test?.stop());

/** The page's request, with the session that its middleware has read within this time. */
async function pageAfter(spentMs?: number, carried = cookie): Promise<Headers> {
  const headers = new Headers({ host: "localhost:3000", cookie: carried });
  const context = contextOf(headers);
  const direction = await handlePageRequest(context, { url: publicUrl, policy: null, renew: true });
  if (direction.go !== "on") throw new Error(direction.go);
  if (spentMs === undefined) return direction.requestHeaders;
  const { requestHeaders } = direction;
  const handover = readHandover(requestHeaders.get(SESSION_HEADER), context.cookies, context.env);
  if (handover?.state !== "live") throw new Error("no session");
  const later = await signHandover({ ...handover, spentMs }, context.cookies, context.env);
  requestHeaders.set(SESSION_HEADER, later);
  return new Headers(requestHeaders);
}

function pageSession(headers: Headers) {
  request.headers = headers;
  return openSession();
}

describe("a page and the middleware before it", () => {
  it("ask Redis once for the session, and once each for what the page asks besides", async () => {
    const asked = await countRequests(test, async () => {
      const session = await pageSession(await pageAfter());
      expect(session.user?.name).toBe("ada");
      expect(await session.list()).toHaveLength(1);
    });
    expect(asked).toBe(3);
  });

  it("share one deadline: the page has what the middleware has left of it", async () => {
    const { sessionDeadlineMs } = contextOf(new Headers()).env;
    const session = await pageSession(await pageAfter(sessionDeadlineMs));
    const asked = await countRequests(test, async () => {
      await expect(session.list()).rejects.toMatchObject({ name: "StoreUnavailable", reason: "timeout" });
    });
    expect(asked).toBe(0);
    expect(await (await pageSession(await pageAfter(0))).list()).toHaveLength(1);
  });
});

it("what Redis holds under a session's name and is none is no session, for the page and before it", async () => {
  const visitor = createVisitor();
  await visitor.post(signIn());
  const context = contextOf(new Headers({ host: "localhost:3000", cookie: visitor.cookie }));
  const key = `session:${await context.sessionId()}`;
  const text = (await test.direct.get(key)) ?? "";
  await test.direct.set(key, text.replace(/"user":.*/, '"user":7}'), { KEEPTTL: true });
  const session = await pageSession(await pageAfter(undefined, visitor.cookie));
  expect([session.user, session.handle]).toEqual([null, null]);
  const guarded = await handlePageRequest(context, { url, policy: null, renew: true });
  expect(guarded.go).toBe("to-sign-in");
});

it("a page view, which a middleware in another process has read, is what the next change is made on", async () => {
  const visitor = createVisitor();
  await visitor.post(signIn({ remember: false }));
  const headers = await pageAfter(undefined, visitor.cookie);
  // Another process: what the middleware has seen, this one has not.
  delete processState().seenSessions;
  const context = contextOf(headers);
  await pageSession(headers);
  const id = await context.sessionId();
  if (!id) throw new Error("no cookie");
  await expect.poll(() => context.sessions.recall(id)?.user?.name).toBe("ada");
  const change = post({
    formPage: "/",
    lazy: true,
    fields: z.object({}),
    handler: (session) => session.setIdleSeconds(90),
  });
  expect(await countRequests(test, () => visitor.post(change))).toBe(1);
  expect(await context.sessions.peek(id)).toMatchObject({
    session: { idleSeconds: 90, user: { name: "ada" }, remember: false },
  });
});

it("a store is made for a request that asks Redis something, once, and for no other", async () => {
  let stores = 0;
  installStoreTracing((store) => {
    stores++;
    return store;
  });
  try {
    const read = get(async (session) => [session.user, await session.list()]);
    const hello = get({ lazy: true, handler: () => "hello" });
    await createVisitor(cookie).get(hello);
    await createVisitor().get(get(({ user }) => user));
    for (const headers of [{}, { cookie: "session=junk" }])
      await handlePageRequest(contextOf(new Headers(headers)), { url, policy: null, renew: true });
    expect(stores).toBe(0);
    await createVisitor(cookie).get(read);
    expect(stores).toBe(1);
  } finally {
    installStoreTracing(undefined);
  }
});
