import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  codeOf,
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as views from "@/app/api/session/views/route";
import { cheapHash, plantAccount } from "@/lib/account/test-account";
import type { Fault } from "@/local-cloud/faults/fault";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));

let test: TestEnv;
let proxy: FaultProxy;
/** REST requests that are let through before one meets a fault. */
let before = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000", SESSION_DEADLINE_MS: "1000" });
  proxy = await startFaultProxy({ target: test.cloud.url, affects: () => before-- === 0 });
  vi.stubEnv("UPSTASH_REDIS_REST_URL", proxy.url);
});
beforeEach(() => test.direct.flushAll());
afterAll(async () => {
  await proxy?.close();
  await test?.stop();
});

const credentials = { username: "ada", password: "correct horse battery" };
const key = "a-key-of-this-one-form";

const viewOf = async (visitor: TestVisitor) => (await visitor.get(session.GET, "/api/session?peek=1")).json();

async function alive(): Promise<number> {
  const keys = await test.direct.keys("session:*");
  const texts = await Promise.all(keys.map((each) => test.direct.get(each)));
  return texts.filter((text) => text?.startsWith('{"v":')).length;
}

/** Sends a form whose k-th request to Redis meets a fault; `null` once there are not so many. */
async function sendAndLose(visitor: TestVisitor, handler: Handler, form: Form, k: number, fault: Fault) {
  before = k;
  proxy.always(fault);
  const copy = createVisitor(visitor.cookie);
  const answer = await copy.submit(handler, form);
  const wasHit = before < 0;
  before = Number.POSITIVE_INFINITY;
  return wasHit ? answer.status : null;
}

type Form = Readonly<Record<string, string>>;

interface SignIn {
  readonly name: string;
  readonly handler: Handler;
  readonly fields: Form;
  prepare(): Promise<unknown>;
}

const nothing = async () => {};
const signIns: readonly SignIn[] = [
  { name: "guest", handler: guest.POST, fields: { idempotencyKey: key }, prepare: nothing },
  {
    name: "log in, with its key",
    handler: login.POST,
    fields: { ...credentials, idempotencyKey: key },
    prepare: () => plantAccount(test, "ada"),
  },
  {
    name: "log in, without a key",
    handler: login.POST,
    fields: credentials,
    prepare: () => plantAccount(test, "ada"),
  },
  {
    name: "register, with its key",
    handler: register.POST,
    fields: { ...credentials, idempotencyKey: key },
    prepare: nothing,
  },
  { name: "register, without a key", handler: register.POST, fields: credentials, prepare: nothing },
];

describe("a sign-in whose answer is lost, and that is sent again", () => {
  it.each(signIns)("$name: ends as if sent once", async ({ handler, fields, prepare }) => {
    const lost: number[] = [];
    for (const fault of ["hang", "hang-after-send"] as const) {
      for (let k = 0; ; k++) {
        await test.direct.flushAll();
        await prepare();
        const visitor = createVisitor();
        await visitor.post(cartAdd.POST, { sku: "tote", quantity: 3 });
        const status = await sendAndLose(visitor, handler, fields, k, fault);
        if (status === null) break;
        // What is left to do after the claim is put off, and the answer is a success all the same.
        expect([303, 503]).toContain(status);
        if (status === 303) continue;
        lost.push(k);
        const again = await visitor.submit(handler, fields);
        expect([k, again.status, again.headers.get("location")]).toEqual([k, 303, "/profile"]);
        const now = await viewOf(visitor);
        expect([k, now.authenticated, now.session.cart.quantity]).toEqual([k, true, 3]);
        await expect.poll(alive, { timeout: 10_000 }).toBe(1);
      }
    }
    // What it starts from, the new session, and the claim.
    expect(Math.max(...lost)).toBe(2);
  });
});

it("a log-out whose answer is lost and that is sent again signs out, and the cookie goes", async () => {
  for (const fault of ["hang", "hang-after-send"] as const) {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    const copy = createVisitor(visitor.cookie);
    expect(await sendAndLose(visitor, logout.POST, {}, 0, fault)).toBe(503);
    expect((await visitor.submit(logout.POST)).headers.get("location")).toBe("/");
    expect(visitor.cookie).toBe("session=");
    expect(await viewOf(copy)).toMatchObject({ session: null });
  }
});

it("a log-out whose answer the browser never saw does not shut it out of the next sign-in", async () => {
  await plantAccount(test, "ada");
  for (const [handler, fields] of [
    [guest.POST, {}],
    [login.POST, credentials],
    [register.POST, { ...credentials, username: "bob" }],
  ] as const) {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    await createVisitor(visitor.cookie).post(logout.POST);
    expect((await visitor.post(handler, fields)).ok).toBe(true);
    expect(await viewOf(visitor)).toMatchObject({ authenticated: true });
  }
});

it("a password change whose answer the browser never saw is answered again with its key, and its session", async () => {
  const { username, password: current } = await plantAccount(test, "ada");
  const visitor = createVisitor();
  await visitor.post(login.POST, { username, password: current });
  const change = { current, next: "staple horse battery" };
  const headers = { "idempotency-key": key };
  const first = createVisitor(visitor.cookie);
  const [one, other] = [
    await first.post(password.POST, change, headers),
    await visitor.post(password.POST, change, headers),
  ];
  expect([one.status, other.status]).toEqual([200, 200]);
  expect((await viewOf(visitor)).session).toMatchObject({ handle: (await viewOf(first)).session.handle });
  expect(await alive()).toBe(1);
});

it("a password change that arrives twice at once is one, with its key", async () => {
  const { username, password: current } = await plantAccount(test, "ada");
  const visitor = createVisitor();
  await visitor.post(login.POST, { username, password: current });
  const send = () =>
    createVisitor(visitor.cookie).submit(password.POST, {
      current,
      next: "staple horse battery",
      idempotencyKey: key,
    });
  const answers = await Promise.all([send(), send()]);
  for (const answer of answers) expect(answer.headers.get("set-cookie")).toMatch(/^session=Fe26/);
  expect(await alive()).toBe(1);
  expect(
    (await createVisitor().post(login.POST, { username, password: "staple horse battery" })).status,
  ).toBe(200);
});

describe("a change that arrives twice", () => {
  const signedIn = async () => {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    return visitor;
  };

  it("is one add and one view, as a form and as JSON", async () => {
    const visitor = await signedIn();
    for (let each = 0; each < 2; each++) {
      await visitor.submit(cartAdd.POST, { sku: "tote", idempotencyKey: key });
      await visitor.post(views.POST, {}, { "idempotency-key": "another-key-for-views" });
    }
    const { session } = await viewOf(visitor);
    expect([session.cart.quantity, session.views]).toEqual([1, { a: 1 }]);
    // A deliberate second click has a key of its own.
    await visitor.submit(cartAdd.POST, { sku: "tote", idempotencyKey: `${key}-2` });
    expect((await viewOf(visitor)).session.cart.quantity).toBe(2);
  });

  it("is refused where its key belongs to another request", async () => {
    const visitor = await signedIn();
    const headers = { "idempotency-key": key };
    const add = (fields: Fields) => visitor.post(cartAdd.POST, fields, headers);
    expect((await add({ sku: "tote" })).status).toBe(200);
    expect(await codeOf(await add({ sku: "lantern" }))).toEqual([422, "invalid"]);
    const form = await visitor.submit(cartAdd.POST, { sku: "lantern", idempotencyKey: key });
    expect(form.headers.get("location")).toBe("/?error=invalid&field=idempotencyKey");
    expect(
      await codeOf(await visitor.post(cartAdd.POST, { sku: "tote" }, { "idempotency-key": "?" })),
    ).toEqual([400, "invalid"]);
    expect((await viewOf(visitor)).session.cart.quantity).toBe(1);
  });
});
