import { auditHash } from "@carryover/session/internal/audit/audit";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  codeOf,
  createVisitor,
  type Fields,
  type Handler,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as nowhere from "@/app/api/[[...notFound]]/route";
import * as numbers from "@/app/api/admin/numbers/route";
import * as revoke from "@/app/api/admin/revoke/route";
import * as sessions from "@/app/api/admin/sessions/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as password from "@/app/api/password/route";
import * as profile from "@/app/api/profile/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import type { Role } from "@/lib/account/account";
import { accountsOf } from "@/lib/account/redis-account-store";
import { cheapHash, plantAccount } from "@/lib/account/test-account";
import { admin } from "@/lib/session";

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));

const log = vi.spyOn(console, "info").mockImplementation(() => {});
vi.spyOn(console, "error").mockImplementation(() => {});
const PASSWORD = "correct horse battery";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000", SESSION_DEADLINE_MS: "2000" });
});
beforeEach(() => test.direct.flushAll());
afterAll(() => test?.stop());

const accounts = () => accountsOf(admin.open({ by: "test" }));
const setRole = (name: string, role: Role | null) => accounts().setRole(name, role);

async function logIn(username: string, headers: Record<string, string> = {}): Promise<TestVisitor> {
  const visitor = createVisitor();
  expect((await visitor.post(login.POST, { username, password: PASSWORD }, headers)).status).toBe(200);
  return visitor;
}
async function createUser(username: string): Promise<TestVisitor> {
  await plantAccount(test, username);
  return logIn(username);
}
async function createOperator(username = "olga"): Promise<TestVisitor> {
  const visitor = await createUser(username);
  await setRole(username, "operator");
  return visitor;
}
async function createGuest(): Promise<TestVisitor> {
  const visitor = createVisitor();
  await visitor.post(guest.POST);
  return visitor;
}
async function createShopper(): Promise<TestVisitor> {
  const visitor = createVisitor();
  await visitor.post(cartAdd.POST, { sku: "tote", quantity: 739 });
  return visitor;
}

const viewOf = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET, "/api/session?peek=1")).json()).session;
const handleOf = async (visitor: TestVisitor): Promise<string> => (await viewOf(visitor)).handle;
const areAlive = (visitors: readonly TestVisitor[]) =>
  Promise.all(visitors.map(async (each) => (await viewOf(each)) !== null));

interface Row {
  readonly handle: string;
  readonly user: string | null;
}
const list = async (operator: TestVisitor, query = "") =>
  (await operator.get(sessions.GET, `/api/admin/sessions?${query}`)).json();
const namesOf = async (operator: TestVisitor, query = "") =>
  (await list(operator, query)).sessions.map(({ user }: Row) => user ?? "visitor").sort();

/** Makes all that has begun older, as only Redis can. */
async function ageSessions(seconds: number): Promise<void> {
  for (const key of await test.direct.keys("session:*")) {
    const text = (await test.direct.get(key)) ?? "";
    const older = text.replace(
      /"createdAt":(\d+)/,
      (_, createdAt) => `"createdAt":${Number(createdAt) - seconds * 1000}`,
    );
    await test.direct.set(key, older, { expiration: "KEEPTTL" });
  }
}

const routes = { numbers, sessions, revoke };
const handlers: [string, Handler][] = Object.entries(routes).flatMap(([name, route]) =>
  Object.entries(route).map(([method, handler]): [string, Handler] => [`${method} ${name}`, handler]),
);
const methodOf = (name: string) => name.split(" ")[0] ?? "";

/** An answer, without what differs between two of the same. */
async function answerOf(response: Response) {
  const headers = Object.fromEntries(response.headers);
  const timing = headers["server-timing"]?.replaceAll(/dur=[\d.]+/g, "dur=…");
  return [response.status, await response.text(), { ...headers, "server-timing": timing }];
}

const requests: readonly [string, RequestInit][] = [
  ["JSON", { body: '{"handle":"0123456789ab"}', headers: { "content-type": "application/json" } }],
  ["no JSON", { body: "{", headers: { "content-type": "application/json" } }],
  ["plain text", { body: "x", headers: { "content-type": "text/plain" } }],
  ["a large body", { body: "x".repeat(20_000), headers: { "content-type": "application/json" } }],
  ["another site's form", { body: "many=1", headers: { origin: "https://evil.example" } }],
  ["a form", { body: new URLSearchParams({ many: "1", kind: "users" }) }],
];

async function expectNothingThere(visitor: TestVisitor): Promise<void> {
  for (const [name, handler] of handlers) {
    const method = methodOf(name);
    for (const [what, init] of method === "GET" ? [["", {}] as const] : requests) {
      const ask = (to: Handler) =>
        createVisitor(visitor.cookie).send(to, `/api/admin/${name.split(" ")[1]}`, { method, ...init });
      const there = method === "GET" ? nowhere.GET : nowhere.POST;
      expect(await answerOf(await ask(handler)), `${name} ${what}`).toEqual(await answerOf(await ask(there)));
    }
  }
}

describe("for whoever is no operator", () => {
  it.each<[string, () => Promise<TestVisitor>]>([
    ["a stranger", async () => createVisitor()],
    ["a forged cookie", async () => createVisitor(`session=Fe26.2*1*${"0".repeat(64)}`)],
    ["a visitor with a cart", createShopper],
    ["a guest", createGuest],
    ["a user", () => createUser("ada")],
    [
      "a guest who is called like an account that operates",
      async () => {
        const visitor = await createGuest();
        const { user } = await viewOf(visitor);
        await plantAccount(test, user.name);
        await setRole(user.name, "operator");
        return visitor;
      },
    ],
    [
      "an operator whose role was taken away",
      async () => {
        const visitor = await createOperator();
        await setRole("olga", null);
        return visitor;
      },
    ],
    [
      "a user whose name is another's account by now",
      async () => {
        const visitor = await createUser("ada");
        await plantAccount(test, "ada");
        await setRole("ada", "operator");
        return visitor;
      },
    ],
  ])("there is nothing: %s", async (_, create) => {
    const others = [await createShopper(), await createUser("bob")];
    await expectNothingThere(await create());
    expect(await areAlive(others)).toEqual([true, true]);
  });

  it("there is nothing in an outage either, and for nobody", async () => {
    const visitors = [createVisitor(), await createGuest(), await createUser("ada"), await createOperator()];
    test.cloud.redis.pause();
    try {
      for (const visitor of visitors) {
        const ask = (to: Handler) => createVisitor(visitor.cookie).get(to);
        const [found, missing] = [await ask(numbers.GET), await ask(nowhere.GET)];
        expect([found.status, await found.text()]).toEqual([404, await missing.text()]);
      }
    } finally {
      test.cloud.redis.resume();
    }
    const [, , , operator] = visitors;
    await expect.poll(async () => (await operator?.get(numbers.GET))?.status).toBe(200);
  });

  it("no request makes one of them", async () => {
    const fields = { role: "operator", account: { role: "operator" }, operator: true };
    const visitor = createVisitor();
    for (const sent of [{ ...fields, account: "operator" }, {}]) {
      await visitor.post(register.POST, { username: "mallory", password: PASSWORD, ...sent });
      await visitor.post(login.POST, { username: "mallory", password: PASSWORD, ...sent });
      await visitor.post(profile.POST, { displayName: "operator", ...sent });
      await visitor.post(password.POST, { current: PASSWORD, next: PASSWORD, ...sent });
    }
    expect(await accounts().find("mallory")).not.toHaveProperty("role");
    await expectNothingThere(visitor);
  });
});

describe("an operator", () => {
  it("sees who is there: user, device, server and times, and nothing of an ID, a cart or a profile", async () => {
    const operator = await createOperator();
    await createShopper();
    const ada = await createUser("ada");
    await ada.post(profile.POST, { displayName: "The Countess" });
    await logIn("ada", { "user-agent": FIREFOX });
    const { sessions: rows, cursor, now } = await list(operator);
    expect(cursor).toBeNull();
    expect(now).toMatch(/^20.*Z$/);
    expect(rows).toHaveLength(4);
    for (const row of rows)
      expect(Object.keys(row).sort()).toEqual(
        ["createdAt", "current", "device", "handle", "lastSeenAt", "servedBy", "user"].sort(),
      );
    expect(rows.filter(({ current }: { current: boolean }) => current)).toMatchObject([
      { user: "olga", handle: await handleOf(operator) },
    ]);
    expect(rows).toContainEqual(
      expect.objectContaining({ user: "ada", device: "Firefox on Linux", servedBy: "a" }),
    );
    expect(rows).toContainEqual(expect.objectContaining({ user: null, handle: expect.any(String) }));
    const text = JSON.stringify([rows, await (await operator.get(numbers.GET)).json()]);
    const ids = (await test.direct.keys("session:*")).map((key) => key.slice("session:".length));
    for (const secret of [...ids, "Countess", "tote", "739"]) expect(text).not.toContain(secret);
  });

  it("renews nobody's timeout by looking, not their own either", async () => {
    const operator = await createOperator();
    const ada = await createUser("ada");
    const keys = await test.direct.keys("session:*");
    for (const key of keys) await test.direct.pExpire(key, 30_000);
    for (let times = 0; times < 2; times++) {
      await list(operator);
      await operator.get(numbers.GET);
    }
    for (const key of keys) expect(await test.direct.pTTL(key)).toBeLessThanOrEqual(30_000);
    expect(await areAlive([operator, ada])).toEqual([true, true]);
  });

  it("finds sessions that have just ended without a line in the log: nobody has come with their IDs", async () => {
    const operator = await createOperator();
    const own = await test.direct.keys("session:*");
    await createShopper();
    const [key = ""] = (await test.direct.keys("session:*")).filter((each) => !own.includes(each));
    await test.direct.set(key, '{"ended":"elsewhere"}', { expiration: "KEEPTTL" });
    log.mockClear();
    await list(operator);
    expect(log.mock.calls).toEqual([]);
  });

  it("chooses by conditions, each for itself and together", async () => {
    const operator = await createOperator();
    await createShopper();
    await createUser("ada");
    await logIn("ada", { "user-agent": FIREFOX });
    await createGuest();
    expect(await namesOf(operator, "user=ada")).toEqual(["ada", "ada"]);
    expect(await namesOf(operator, "user=Ada&device=firefox")).toEqual(["ada"]);
    expect(await namesOf(operator, "kind=visitors")).toEqual(["visitor"]);
    expect((await namesOf(operator, "kind=users")).length).toBe(4);
    expect(await namesOf(operator, "device=FireFox&server=a")).toEqual(["ada"]);
    expect(await namesOf(operator, "server=b")).toEqual([]);
    expect(await namesOf(operator, "user=nobody")).toEqual([]);
    expect((await namesOf(operator, "user=&kind=&server=&device=&olderThan=&idleFor=")).length).toBe(5);
    await ageSessions(7200);
    await logIn("ada");
    expect(await namesOf(operator, "olderThan=3600&user=ada")).toEqual(["ada", "ada"]);
    expect(await namesOf(operator, "olderThan=10000")).toEqual([]);
    expect(await namesOf(operator, "idleFor=3600")).toEqual([]);
  });

  it.each(["kind=all", "server=A", "olderThan=0", "idleFor=1e3", "user=a*", `device=${"x".repeat(81)}`])(
    "is told which condition is not acceptable: %s",
    async (query) => {
      const operator = await createOperator();
      const response = await operator.get(sessions.GET, `/api/admin/sessions?${query}`);
      expect(await response.json()).toMatchObject({
        status: 400,
        code: "invalid",
        field: query.split("=")[0],
      });
    },
  );

  it("goes through all of them page by page", async () => {
    const operator = await createOperator();
    for (let more = 0; more < 60; more++) await createShopper();
    const handles = new Set<string>();
    let [cursor, pages] = ["", 0];
    do {
      const page = await list(operator, `cursor=${encodeURIComponent(cursor)}`);
      for (const { handle } of page.sessions) handles.add(handle);
      cursor = page.cursor ?? "";
      pages++;
    } while (cursor !== "" && pages < 20);
    expect([handles.size, cursor]).toEqual([61, ""]);
    expect(pages).toBeGreaterThan(1);
  });

  it("sees how many there are, and what became of sessions", async () => {
    const operator = await createOperator();
    const shopper = await createShopper();
    await createGuest();
    await operator.post(revoke.POST, { handle: await handleOf(shopper) });
    const seen = await (await operator.get(numbers.GET)).json();
    expect(seen).toMatchObject({ signedIn: 2, visitors: 0, isEstimate: false });
    expect(seen).toHaveProperty("byServer");
    expect(seen).toHaveProperty("begun");
    expect(seen).toHaveProperty("ended");
  });
});

describe("an operator ends", () => {
  it("one session, whosever it is, and says so in the log", async () => {
    const operator = await createOperator();
    const [ada, shopper] = [await createUser("ada"), await createShopper()];
    log.mockClear();
    for (const each of [ada, shopper]) {
      const response = await operator.post(revoke.POST, { handle: await handleOf(each) });
      expect([response.status, await response.json()]).toEqual([200, { ended: 1 }]);
    }
    expect(await areAlive([operator, ada, shopper])).toEqual([true, false, false]);
    const lines = log.mock.calls.map(([line]) => JSON.parse(String(line)));
    const by = await auditHash("name", "olga", test.env);
    const ended = { event: "session-ended", why: "revoked", by };
    expect(lines.filter(({ event }) => event === "session-ended")).toMatchObject([ended, ended]);
    expect(JSON.stringify(lines)).not.toContain("olga");
  });

  it("nothing where there is no such session, and nothing twice", async () => {
    const operator = await createOperator();
    const ada = await createUser("ada");
    const handle = await handleOf(ada);
    const key = { "idempotency-key": "the-key-of-one-click" };
    for (const ended of [1, 0])
      expect(await (await operator.post(revoke.POST, { handle }, key)).json()).toEqual({ ended });
    expect(await (await operator.post(revoke.POST, { handle: "0123456789ab" })).json()).toEqual({ ended: 0 });
    expect(await areAlive([operator])).toEqual([true]);
  });

  it("all that meet the conditions, after a dry run that ends none", async () => {
    const operator = await createOperator();
    const shoppers = [await createShopper(), await createShopper()];
    const ada = await createUser("ada");
    const many = { many: 1, kind: "visitors" };
    expect(await (await operator.post(revoke.POST, { ...many, dryRun: 1 })).json()).toEqual({
      matched: 2,
      ended: 0,
    });
    expect(await areAlive(shoppers)).toEqual([true, true]);
    expect(await (await operator.post(revoke.POST, many)).json()).toEqual({ matched: 2, ended: 2 });
    expect(await areAlive([...shoppers, ada, operator])).toEqual([false, false, true, true]);
    expect(await (await operator.post(revoke.POST, { many: 1, user: "nobody" })).json()).toEqual({
      matched: 0,
      ended: 0,
    });
  });

  it.each<Fields>([
    {},
    { many: 1 },
    { many: 1, user: "", kind: "" },
    { many: 0, kind: "users" },
    { handle: "0123456789ab", many: 1, kind: "users" },
    { handle: "0123456789ab", dryRun: 1 },
    { dryRun: 1, kind: "users" },
    { many: 1, kind: "everybody" },
    { many: 1, kind: "users", server: "*" },
  ])("nothing without one session or a condition: %j", async (fields) => {
    const operator = await createOperator();
    const shopper = await createShopper();
    expect((await operator.post(revoke.POST, fields)).status).toBe(400);
    expect(await areAlive([operator, shopper])).toEqual([true, true]);
  });

  it("their own session as well: the cookie goes with it", async () => {
    for (const fieldsOf of [
      async (operator: TestVisitor) => ({ handle: await handleOf(operator) }),
      async () => ({ many: "1", user: "olga" }),
    ]) {
      await test.direct.flushAll();
      const operator = await createOperator();
      const response = await operator.submit(revoke.POST, await fieldsOf(operator));
      expect([response.status, response.headers.get("location")]).toEqual([303, "/"]);
      expect(operator.cookie).toBe("session=");
      await expectNothingThere(operator);
    }
  });

  it("by a form: it goes back to its page, or says how many there were", async () => {
    const operator = await createOperator();
    const shopper = await createShopper();
    const next = "/admin?kind=visitors";
    const one = await operator.submit(revoke.POST, { handle: await handleOf(shopper), next });
    expect([one.status, one.headers.get("location")]).toEqual([303, next]);
    await createShopper();
    const many = await operator.submit(revoke.POST, { many: "1", kind: "visitors" });
    expect([many.status, many.headers.get("location")]).toEqual([303, "/admin?ended=1"]);
  });

  it("nothing five minutes after the sign-in, until the password confirms it", async () => {
    const operator = await createOperator();
    await ageSessions(301);
    const ada = await createUser("ada");
    const shopper = await createShopper();
    const handle = await handleOf(ada);
    for (const fields of [{ handle }, { many: 1, kind: "visitors" }]) {
      for (const wrong of ["", "not the password"])
        expect(await codeOf(await operator.post(revoke.POST, { ...fields, password: wrong }))).toEqual([
          401,
          "confirm",
        ]);
      expect(await areAlive([ada, shopper])).toEqual([true, true]);
    }
    expect((await list(operator)).sessions).toHaveLength(3);
    expect((await operator.post(revoke.POST, { many: 1, kind: "visitors", dryRun: 1 })).status).toBe(200);
    const refused = await operator.submit(
      revoke.POST,
      { many: "1", kind: "visitors" },
      { referer: "http://localhost:3000/admin/end?kind=visitors" },
    );
    expect(refused.headers.get("location")).toBe("/admin/end?kind=visitors&error=confirm&field=password");
    for (const fields of [{ handle }, { many: 1, kind: "visitors" }])
      expect((await operator.post(revoke.POST, { ...fields, password: PASSWORD })).status).toBe(200);
    expect(await areAlive([ada, shopper, operator])).toEqual([false, false, true]);
  });
});

describe("requests to Redis", () => {
  it("of others are no more than it takes to know them", async () => {
    const [ada, visitor] = [await createUser("ada"), await createGuest()];
    const cost = (who: TestVisitor) => countRequests(test, () => who.get(numbers.GET));
    expect([await cost(createVisitor()), await cost(visitor), await cost(ada)]).toEqual([0, 1, 2]);
  });

  it("of an operator are what the documentation says", async () => {
    const operator = await createOperator();
    const [one, other] = [await handleOf(await createGuest()), await handleOf(await createShopper())];
    const cost = async (work: () => Promise<Response>) => {
      const requests = await countRequests(test, async () => {
        const response = await work();
        expect(response.ok, await response.text()).toBe(true);
      });
      return requests;
    };
    const get = (handler: Handler, query = "") => cost(() => operator.get(handler, `/api/admin?${query}`));
    const end = (fields: Fields) => cost(() => operator.post(revoke.POST, fields));
    // The scripts are loaded, and what has begun is told to the index.
    await get(numbers.GET);
    await get(sessions.GET);
    await end({ handle: one });
    expect({
      numbers: await get(numbers.GET),
      "a page": await get(sessions.GET),
      "a page of a user's": await get(sessions.GET, "user=olga"),
      "a page with a condition": await get(sessions.GET, "kind=users"),
      "a dry run": await end({ many: 1, kind: "users", dryRun: 1 }),
      "one that is not there": await end({ handle: "0123456789ab" }),
      "a visitor's": await end({ handle: other }),
      "all of a condition, of which there are none": await end({ many: 1, kind: "visitors" }),
    }).toEqual({
      numbers: 5,
      "a page": 6,
      "a page of a user's": 6,
      "a page with a condition": 6,
      "a dry run": 6,
      "one that is not there": 4,
      "a visitor's": 5,
      "all of a condition, of which there are none": 8,
    });
  });
});
