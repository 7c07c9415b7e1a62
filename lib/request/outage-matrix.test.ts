import { NextRequest } from "next/server";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as logout from "@/app/api/logout/route";
import * as idle from "@/app/api/session/idle/route";
import * as session from "@/app/api/session/route";
import {
  beginScript,
  endScript,
  indexAddScript,
  indexRemoveScript,
  readScript,
  saveScript,
} from "@/lib/redis/scripts";
import { startTestEnv, type TestEnv, testSecret } from "@/lib/redis/test-env";
import type { Fault } from "@/local-cloud/gateway/fault";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/gateway/fault-proxy";
import { freePort } from "@/local-cloud/processes/free-port";
import { middleware } from "@/middleware";
import { directPage } from "./doorman";
import { readHandover, SESSION_HEADER } from "./session-header";
import { createVisitor, type Fields, type Handler, type TestVisitor, testSite } from "./test-visitor";
import { sessionIdOf, visitOf } from "./visit";

/** Two of them in a row, or one that is not kept, would be seen. */
const deadlineMs = 200;
const latestMs = deadlineMs + 250;

const steps = {
  open: readScript,
  read: readScript,
  save: saveScript,
  begin: beginScript,
  end: endScript,
  claim: endScript,
  list: indexAddScript,
  unlist: indexRemoveScript,
};
type Step = keyof typeof steps;

let test: TestEnv;
let proxy: FaultProxy;
/** The step that meets the faults. */
let aim: Step | "all" = "all";
const logs = (["error", "warn", "info", "log"] as const).map((name) =>
  vi.spyOn(console, name).mockImplementation(() => {}),
);
const logged = () => logs.flatMap(({ mock }) => mock.calls.map(String));

beforeAll(async () => {
  test = await startTestEnv();
  const affects = ({ body }: { body: string }) =>
    aim === "all" || body.includes(JSON.stringify(steps[aim]).slice(1, -1));
  proxy = await startFaultProxy({ target: test.cloud.url, affects });
  const through = { UPSTASH_REDIS_REST_URL: proxy.url, SESSION_DEADLINE_MS: String(deadlineMs) };
  for (const [name, value] of Object.entries({ ...test.variables, ...through })) vi.stubEnv(name, value);
  // The first page loads what the others find loaded.
  await (await visitorWithCart()).get(session.GET);
});
beforeEach(() => test.direct.flushAll());
afterAll(async () => {
  await proxy?.close();
  await test?.stop();
});

/** What a visitor sees of an answer. */
interface Seen {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly setCookie: string | null;
  readonly text: string;
}

/** A place where a request comes in, and what it asks of Redis, in its order. */
interface Door {
  readonly name: string;
  readonly visitor: () => Promise<TestVisitor>;
  readonly steps: readonly Step[];
  readonly knock: (visitor: TestVisitor) => Promise<Seen>;
  /** How it tells of an outage. Default: 503 with Retry-After. */
  readonly saysSo?: "in its words";
}

async function visitorWithCart(): Promise<TestVisitor> {
  const visitor = createVisitor();
  await visitor.post(cartAdd.POST, { sku: "lantern", quantity: 7 });
  return visitor;
}

async function guestWithCart(): Promise<TestVisitor> {
  const visitor = await visitorWithCart();
  await visitor.post(guest.POST);
  return visitor;
}

const nobody = async () => createVisitor();

async function seen(response: Response): Promise<Seen> {
  const { status, headers } = response;
  const text = await response.text();
  return { status, retryAfter: headers.get("retry-after"), setCookie: headers.get("set-cookie"), text };
}

const get = (path: string) => async (visitor: TestVisitor) => seen(await visitor.get(session.GET, path));
const post = (handler: Handler, fields: Fields) => async (visitor: TestVisitor) =>
  seen(await visitor.post(handler, fields));

/** The middleware's decision, as the status that it leads to. */
const page = (path: string) => async (visitor: TestVisitor) => {
  const visit = visitOf(new Headers({ host: "localhost:3000", cookie: visitor.cookie }));
  const direction = await directPage(visit, new URL(testSite + path));
  if (direction.go === "to-login") throw new Error("An outage must not look like signed out.");
  const handover = await readHandover(direction.requestHeaders.get(SESSION_HEADER), visit.cookies, visit.env);
  const status = direction.go === "on" ? 200 : 503;
  return { status, retryAfter: status === 503 ? "1" : null, setCookie: null, text: handover?.state ?? "" };
};

const throughMiddleware = (path: string) => async (visitor: TestVisitor) => {
  const headers = { host: "localhost:3000", cookie: visitor.cookie };
  return seen(await middleware(new NextRequest(testSite + path, { headers })));
};

const add = post(cartAdd.POST, { sku: "lantern", quantity: 1 });
const signIn = post(guest.POST, {});
const signOut = post(logout.POST, {});

const doors: readonly Door[] = [
  { name: "page /", visitor: visitorWithCart, steps: ["open"], knock: page("/"), saysSo: "in its words" },
  { name: "page /cart", visitor: visitorWithCart, steps: ["open"], knock: page("/cart") },
  { name: "middleware", visitor: visitorWithCart, steps: ["open"], knock: throughMiddleware("/cart") },
  { name: "GET session", visitor: visitorWithCart, steps: ["open"], knock: get("/api/session") },
  { name: "GET session?peek=1", visitor: guestWithCart, steps: ["open"], knock: get("/api/session?peek=1") },
  { name: "cart/add without a session", visitor: nobody, steps: ["begin"], knock: add },
  { name: "cart/add", visitor: visitorWithCart, steps: ["read", "save"], knock: add },
  {
    name: "session/idle",
    visitor: guestWithCart,
    steps: ["read", "save"],
    knock: post(idle.POST, { idleSeconds: 120 }),
  },
  { name: "logout of a visitor", visitor: visitorWithCart, steps: ["end"], knock: signOut },
  { name: "logout of a user", visitor: guestWithCart, steps: ["end"], knock: signOut },
  { name: "guest without a session", visitor: nobody, steps: ["list", "begin"], knock: signIn },
  { name: "guest", visitor: visitorWithCart, steps: ["read", "list", "begin", "claim"], knock: signIn },
];

/** `sent`: the gateway carried it out. `isAskedAgain`: the answer was lost, not a refusal. */
interface Trouble {
  readonly name: string;
  readonly fault: Fault;
  readonly sent?: true;
  readonly isAskedAgain?: true;
}

const oom = "OOM command not allowed when used memory > 'maxmemory'.";
const readonly = "READONLY You can't write against a read only replica.";
const troubles: readonly Trouble[] = [
  { name: "hang", fault: "hang" },
  { name: "hang after it was sent", fault: "hang-after-send", sent: true },
  { name: "reset before it was sent", fault: "reset-before-send", isAskedAgain: true },
  { name: "reset after it was sent", fault: "reset-after-send", sent: true, isAskedAgain: true },
  { name: "reply lost", fault: "reply-lost", sent: true, isAskedAgain: true },
  { name: "invalid JSON", fault: "invalid-json", sent: true, isAskedAgain: true },
  { name: "truncated body", fault: "truncated", sent: true, isAskedAgain: true },
  { name: "500", fault: { status: 500 } },
  { name: "429", fault: { status: 429, error: "ERR max requests limit exceeded" } },
  { name: "503", fault: { status: 503 } },
  { name: "401, as for a wrong token", fault: { status: 401, error: "WRONGPASS invalid auth token" } },
  { name: "out of memory", fault: { redisError: oom } },
  { name: "READONLY replica", fault: { redisError: readonly } },
  { name: "LOADING", fault: { redisError: "LOADING Redis is loading the dataset in memory" } },
];

/** The step after which a change is done, and cannot be undone. */
const deciding: readonly Step[] = ["save", "end", "claim"];
const aimed = doors.flatMap((door) =>
  door.steps.map((step) => ({ ...door, step, title: `${door.name}, at its ${step}` })),
);

/** The session as the visitor sees it, but for what time does to it. */
async function sessionOf(visitor: TestVisitor) {
  const response = await visitor.get(session.GET, "/api/session?peek=1");
  const { session: shown } = await response.json();
  return shown && { ...shown, ttlSeconds: 0 };
}

/** What must be told to nobody, on any way. */
async function secretsOf(visitor: TestVisitor): Promise<string[]> {
  const visit = visitOf(new Headers({ host: "localhost:3000", cookie: visitor.cookie }));
  const seal = visitor.cookie.split("=")[1] ?? "";
  const secrets = [await sessionIdOf(visit), seal, test.cloud.token, testSecret, proxy.url];
  return [...secrets.filter((each) => each !== null && each !== "").map(String), "session:", "lantern"];
}

/** Knocks while there is trouble. */
async function meet(visitor: TestVisitor, { knock }: Door) {
  const { cookie } = visitor;
  for (const log of logs) log.mockClear();
  const startedMs = performance.now();
  const answer = await knock(visitor);
  const tookMs = performance.now() - startedMs;
  return { answer, tookMs, lines: logged(), isCookieKept: visitor.cookie === cookie };
}

/** It is told as an outage, in time, to the visitor and once to the operator, and nothing else is told. */
async function expectOutage(visitor: TestVisitor, door: Door) {
  const secrets = await secretsOf(visitor);
  const { answer, tookMs, lines, isCookieKept } = await meet(visitor, door);
  expect(tookMs).toBeLessThan(latestMs);
  if (door.saysSo) expect(answer).toMatchObject({ status: 200, text: "unavailable" });
  else expect(answer).toMatchObject({ status: 503, retryAfter: "1" });
  expect([answer.setCookie, isCookieKept]).toEqual([null, true]);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines.join())).toMatchObject({ event: "store-unavailable" });
  for (const secret of secrets) expect(lines + answer.text).not.toContain(secret);
}

async function expectNothingWithoutEnd() {
  for (const key of await test.direct.keys("*")) expect(await test.direct.pTTL(key)).toBeGreaterThan(0);
}

describe("while it lasts", () => {
  describe.each(troubles)("$name", ({ fault, sent, isAskedAgain }) => {
    it.each(aimed)("$title", async (door) => {
      const visitor = await door.visitor();
      const before = await sessionOf(visitor);
      aim = door.step;
      const injected = proxy.injected;
      proxy.always(fault);
      await expectOutage(visitor, door);
      // A refusal is an answer: only what was lost is asked for again.
      expect(proxy.injected - injected).toBe(isAskedAgain ? 3 : 1);
      proxy.always(null);

      const isDone = sent && deciding.includes(door.step);
      if (!isDone) expect(await sessionOf(visitor)).toEqual(before);
      else await expect.poll(() => sessionOf(visitor)).toEqual(afterOne(door, before));
      await expectNothingWithoutEnd();
      const again = await door.knock(visitor);
      expect(again.status).toBe(isDone && door.step === "claim" ? 409 : 200);
    });
  });
});

/** The session after one change by a door. */
function afterOne({ name }: Door, before: { revision: number; cart: { lines: object[] } }) {
  if (name === "session/idle") {
    return { ...before, idleSeconds: 120, revision: before.revision + 1 };
  }
  if (name !== "cart/add") return null;
  const cart = expect.objectContaining({ quantity: 8 });
  return { ...before, cart, revision: before.revision + 1 };
}

describe("a single one", () => {
  describe.each(troubles.filter(({ isAskedAgain }) => isAskedAgain))("$name", ({ fault }) => {
    it.each(aimed)("is not noticed: $title", async (door) => {
      const visitor = await door.visitor();
      const before = await sessionOf(visitor);
      aim = door.step;
      const injected = proxy.injected;
      proxy.next(fault);
      const { answer, tookMs, lines } = await meet(visitor, door);
      expect([answer.status, lines, proxy.injected - injected]).toEqual([200, [], 1]);
      expect(tookMs).toBeLessThan(latestMs);
      const after = await sessionOf(visitor);
      if (door.steps.includes("save")) expect(after).toEqual(afterOne(door, before));
      else if (door.steps.includes("end")) expect(after).toBeNull();
      else if (!before) expect(after.revision).toBe(1);
      else expect(after.cart).toEqual(before.cart);
    });
  });
});

describe("Redis itself in trouble", () => {
  it.each(doors)("nobody listens: $name", async (door) => {
    const visitor = await door.visitor();
    const before = await sessionOf(visitor);
    await proxy.refuse();
    await expectOutage(visitor, door).finally(() => proxy.accept());
    expect(await sessionOf(visitor)).toEqual(before);
    expect((await door.knock(visitor)).status).toBe(200);
  });

  const writers = doors.filter(({ steps }) => !steps.includes("open"));
  it.each(writers)("a full one changes nothing: $name", async (door) => {
    const visitor = await door.visitor();
    const before = await sessionOf(visitor);
    await test.direct.configSet("maxmemory", "1");
    await expectOutage(visitor, door).finally(() => test.direct.configSet("maxmemory", "0"));
    expect(await sessionOf(visitor)).toEqual(before);
    expect((await door.knock(visitor)).status).toBe(200);
  });

  it.each(doors.filter(({ steps }) => steps.includes("open")))("a full one is read: $name", async (door) => {
    const visitor = await door.visitor();
    await test.direct.configSet("maxmemory", "1");
    const { answer, lines } = await meet(visitor, door).finally(() =>
      test.direct.configSet("maxmemory", "0"),
    );
    expect([answer.status, lines]).toEqual([200, []]);
  });

  it.each(writers)("a replica changes nothing: $name", async (door) => {
    const visitor = await door.visitor();
    const before = await sessionOf(visitor);
    await test.direct.replicaOf("127.0.0.1", await freePort());
    await expectOutage(visitor, door).finally(() => test.direct.sendCommand(["REPLICAOF", "NO", "ONE"]));
    expect(await sessionOf(visitor)).toEqual(before);
    expect((await door.knock(visitor)).status).toBe(200);
  });
});

describe("what is done is told, though the list of the user's sessions cannot be tidied", () => {
  describe.each(troubles)("$name", ({ fault }) => {
    it.each([
      { name: "logout", knock: signOut, steps: [], visitor: guestWithCart },
      { name: "guest", knock: signIn, steps: [], visitor: guestWithCart },
    ])("$name", async (door) => {
      const visitor = await door.visitor();
      const before = await test.direct.keys("user-sessions:*");
      aim = "unlist";
      proxy.always(fault);
      const { answer, isCookieKept, lines, tookMs } = await meet(visitor, door);
      proxy.always(null);
      expect([answer.status, isCookieKept]).toEqual([200, false]);
      expect(tookMs).toBeLessThan(latestMs);
      expect(lines).toEqual([expect.stringContaining("sessions-not-unlisted")]);
      for (const key of before) {
        const userId = key.slice("user-sessions:".length);
        expect(await visitOf(new Headers()).sessions.list(userId)).toEqual([]);
        expect(await test.direct.exists(key)).toBe(0);
      }
    });
  });
});
