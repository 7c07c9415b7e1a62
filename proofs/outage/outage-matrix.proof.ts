import { startTestEnv, type TestEnv, testSecret } from "@carryover/session/internal/testing/test-env";
import { createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import { contextOf } from "@/lib/test-context";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { freePort } from "@/local-cloud/processes/free-port";
import { record } from "../support/record";
import { sendsScript } from "../support/sends-script";
import {
  type Endpoint,
  endpoints,
  guestWithCart,
  type Step,
  sessionOf,
  signIn,
  signOut,
  steps,
} from "./outage-endpoints";
import { troubles } from "./outage-troubles";

/** On a busy machine, answers that are lost are asked for again within it. */
const deadlineMs = 400;
/** Two deadlines in a row would be seen, and one that is not kept. */
const latestMs = 750;

let test: TestEnv;
let proxy: FaultProxy;
/** The step that meets the trouble. */
let aim: Step | "any" = "any";
const seen = { outages: 0, slowestMs: 0 };
const spied = (names: readonly ("error" | "warn" | "info" | "log")[]) =>
  names.map((name) => vi.spyOn(console, name).mockImplementation(() => {}));
const troubleLogs = spied(["error", "warn"]);
/** Where the audit log records what went well. */
const otherLogs = spied(["info", "log"]);
const linesOf = (logs: ReturnType<typeof spied>) => logs.flatMap(({ mock }) => mock.calls.map(String));

beforeAll(async () => {
  test = await startTestEnv();
  const isAimedAt = ({ body }: { body: string }) => aim === "any" || sendsScript(steps[aim])({ body });
  proxy = await startFaultProxy({ target: test.cloud.url, affects: isAimedAt });
  const through = { UPSTASH_REDIS_REST_URL: proxy.url, SESSION_DEADLINE_MS: String(deadlineMs) };
  for (const [name, value] of Object.entries({ ...test.variables, ...through })) vi.stubEnv(name, value);
  // The first who comes loads what the others find loaded.
  for (const endpoint of endpoints) await endpoint.send(await endpoint.visitor());
});
beforeEach(() => test.direct.flushAll());
afterAll(async () => {
  await record("outages", { deadlineMs, ...seen });
  await proxy?.close();
  await test?.stop();
});

const atEachStep = endpoints.flatMap((endpoint) =>
  endpoint.steps.map((step) => ({ endpoint, step, title: `${endpoint.name}, at its ${step}` })),
);

/** What must be in no answer. */
async function secretsOf(visitor: TestVisitor): Promise<string[]> {
  const id = await contextOf(new Headers({ host: "localhost:3000", cookie: visitor.cookie })).sessionId();
  const seal = visitor.cookie.split("=")[1];
  const ofAll = [test.cloud.token, testSecret, proxy.url, "session:", "lantern"];
  return id && seal ? [id, seal, ...ofAll] : ofAll;
}

/** Knocks, and sees what comes of it. */
async function meet({ send }: Pick<Endpoint, "send">, visitor: TestVisitor) {
  const { cookie } = visitor;
  for (const log of [...troubleLogs, ...otherLogs]) log.mockClear();
  const startedMs = performance.now();
  const answer = await send(visitor);
  const tookMs = performance.now() - startedMs;
  const isCookieKept = visitor.cookie === cookie;
  return { answer, tookMs, isCookieKept, lines: linesOf(troubleLogs), otherLines: linesOf(otherLogs) };
}

/** An outage is answered in time, with the cookie kept, and to the operator in one line; and nothing else is. */
async function expectOutage(endpoint: Endpoint, visitor: TestVisitor): Promise<void> {
  const secrets = await secretsOf(visitor);
  const { answer, tookMs, lines, otherLines, isCookieKept } = await meet(endpoint, visitor);
  if (endpoint.isShown) expect(answer).toMatchObject({ status: 200, text: "unavailable" });
  else expect(answer).toMatchObject({ status: 503, retryAfter: "1" });
  expect([answer.setCookie, isCookieKept]).toEqual([null, true]);
  expect(tookMs).toBeLessThan(latestMs);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines.join())).toMatchObject({ event: "store-unavailable" });
  for (const secret of secrets) expect([...lines, ...otherLines, answer.text].join()).not.toContain(secret);
  seen.outages++;
  seen.slowestMs = Math.max(seen.slowestMs, Math.ceil(tookMs));
}

/** The session after one change by this endpoint. */
function afterOne({ name }: Endpoint, before: { readonly revision: number }) {
  const revision = before.revision + 1;
  if (name.startsWith("session/idle")) return { ...before, revision, idleSeconds: 120 };
  if (name === "cart/add" || name === "cart/add to what was seen")
    return { ...before, revision, cart: expect.objectContaining({ quantity: 8 }) };
  return null;
}

async function expectNothingWithoutAnEnd(): Promise<void> {
  // -1: no TTL. -2 is a key that has ended meanwhile.
  for (const key of await test.direct.keys("*")) expect(await test.direct.pTTL(key)).not.toBe(-1);
}

describe.each(troubles)("while every answer is: $name", ({ fault, isSent, isAskedAgain }) => {
  it.each(atEachStep)("$title", async ({ endpoint, step }) => {
    const visitor = await endpoint.visitor();
    const before = await sessionOf(visitor);
    aim = step;
    const injected = proxy.injected;
    proxy.always(fault);
    await expectOutage(endpoint, visitor).finally(() => proxy.always(null));
    // A refusal is an answer: only what was lost is asked for again.
    expect(proxy.injected - injected).toBe(isAskedAgain ? 3 : 1);

    // Of a change that was carried out, and was reported as an outage, there is one.
    const isDone = isSent && (step === "save" || step === "end" || step === "claim");
    if (isDone) await expect.poll(() => sessionOf(visitor)).toEqual(afterOne(endpoint, before));
    else expect(await sessionOf(visitor)).toEqual(before);
    await expectNothingWithoutAnEnd();
    expect((await endpoint.send(visitor)).status).toBe(200);
  });
});

describe.each(troubles.filter(({ isAskedAgain }) => isAskedAgain))("one answer is: $name", ({ fault }) => {
  it.each(atEachStep)(
    "is not noticed, and each change is applied once: $title",
    async ({ endpoint, step }) => {
      const visitor = await endpoint.visitor();
      const before = await sessionOf(visitor);
      aim = step;
      const injected = proxy.injected;
      proxy.next(fault);
      const { answer, tookMs, lines, isCookieKept } = await meet(endpoint, visitor);
      expect([answer.status, lines, proxy.injected - injected]).toEqual([200, [], 1]);
      expect(isCookieKept).toBe(endpoint.steps.includes("open") || endpoint.steps.includes("save"));
      expect(tookMs).toBeLessThan(latestMs);
      const after = await sessionOf(visitor);
      if (endpoint.steps.includes("save") || endpoint.steps.includes("end")) {
        expect(after).toEqual(afterOne(endpoint, before));
      } else if (before) expect(after.cart).toEqual(before.cart);
      else expect(after.revision).toBe(1);
    },
  );
});

describe("each answer is in time, and all of them together are not", () => {
  // What begins a session travels in one request.
  const manyRequests = endpoints.filter(({ steps }) => steps.some((step) => step === "read"));
  it.each(manyRequests)("$name", async (endpoint) => {
    const visitor = await endpoint.visitor();
    aim = "any";
    proxy.always({ delayMs: deadlineMs * 0.6 });
    await expectOutage(endpoint, visitor).finally(() => proxy.always(null));
    await expectNothingWithoutAnEnd();
  });
});

describe("Redis itself", () => {
  const readers = endpoints.filter(({ steps }) => steps.includes("open"));
  const writers = endpoints.filter(({ steps }) => !steps.includes("open"));

  async function expectOutageAndNothingChanged(
    endpoint: Endpoint,
    begin: () => unknown,
    end: () => Promise<unknown>,
  ) {
    const visitor = await endpoint.visitor();
    const before = await sessionOf(visitor);
    await begin();
    await expectOutage(endpoint, visitor).finally(end);
    expect(await sessionOf(visitor)).toEqual(before);
    expect((await endpoint.send(visitor)).status).toBe(200);
  }

  it.each(endpoints)("refuses connections: $name", (endpoint) =>
    expectOutageAndNothingChanged(endpoint, proxy.refuse, proxy.accept),
  );

  const fill = () => test.direct.configSet({ "maxmemory-policy": "noeviction", maxmemory: "1" });
  const empty = () => test.direct.configSet("maxmemory", "0");
  const isEnd = ({ steps }: Endpoint) => steps.includes("end");

  it.each(writers.filter((endpoint) => !isEnd(endpoint)))("is full, and nothing changes: $name", (endpoint) =>
    expectOutageAndNothingChanged(endpoint, fill, empty),
  );

  it.each(writers.filter(isEnd))("is full, and ends sessions all the same: $name", async (endpoint) => {
    const visitor = await endpoint.visitor();
    const copy = createVisitor(visitor.cookie);
    await fill();
    const { answer, lines } = await meet(endpoint, visitor).finally(empty);
    expect([answer.status, lines]).toEqual([200, []]);
    expect(await sessionOf(copy)).toBeNull();
    expect((await copy.post(cartAdd.POST, { sku: "tote" })).status).toBe(401);
  });

  it.each(readers)("is full, and can be read: $name", async (endpoint) => {
    const visitor = await endpoint.visitor();
    await fill();
    const { answer, lines } = await meet(endpoint, visitor).finally(empty);
    expect([answer.status, lines]).toEqual([200, []]);
  });

  it.each(writers)("is a replica: $name", async (endpoint) => {
    const port = await freePort();
    const follow = () => test.direct.replicaOf("127.0.0.1", port);
    const lead = () => test.direct.sendCommand(["REPLICAOF", "NO", "ONE"]);
    await expectOutageAndNothingChanged(endpoint, follow, lead);
  });
});

describe.each(troubles)("where the list of a user cannot be tidied: $name", ({ fault }) => {
  it.each([
    { name: "logout", send: signOut },
    { name: "guest", send: signIn },
  ])("$name is confirmed, and the list is the truth", async (endpoint) => {
    const visitor = await guestWithCart();
    const lists = await test.direct.keys("user-sessions:*");
    aim = "unlist";
    proxy.always(fault);
    const { answer, isCookieKept, lines, tookMs } = await meet(endpoint, visitor).finally(() =>
      proxy.always(null),
    );
    expect([answer.status, isCookieKept]).toEqual([200, false]);
    expect(tookMs).toBeLessThan(latestMs);
    expect(lines).toEqual([expect.stringContaining("session-list-untidy")]);
    expect(lists).toHaveLength(1);
    const userId = lists.join().slice("user-sessions:".length);
    expect(await contextOf(new Headers()).sessions.list(userId)).toEqual([]);
    expect(await test.direct.exists(lists)).toBe(0);
  });
});
