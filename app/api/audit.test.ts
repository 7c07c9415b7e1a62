import { execFile as execFileWithCallback } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import {
  auditHash,
  auditEvents as eventsOfPackage,
  LINES_A_SECOND,
} from "@carryover/session/internal/audit/audit";
import { pagePolicy } from "@carryover/session/internal/next/http/response-headers";
import { handlePageRequest } from "@carryover/session/internal/next/page-middleware";
import { MAX_USER_SESSIONS } from "@carryover/session/internal/redis/redis-session-store";
import { type TestEnv, testSecret } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { createVisitor, type TestVisitor, testSite } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as accountDelete from "@/app/api/account/delete/route";
import * as cartAdd from "@/app/api/cart/add/route";
import * as cart from "@/app/api/cart/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import * as revoke from "@/app/api/sessions/revoke/route";
import { accountsOf } from "@/lib/account/redis-account-store";
import { contextOf } from "@/lib/test-context";
import { sessionInit, signedInSession } from "@/lib/test-session";

const execFile = promisify(execFileWithCallback);

type Line = Readonly<Record<string, unknown>>;

const streams = [vi.spyOn(console, "error").mockImplementation(() => {})];
let test: TestEnv;
/** All that was written during all these tests. */
const everything: string[] = [];
/** What may be in none of it, gathered on the way. */
const secrets = new Set<string>([testSecret]);

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "40" });
  streams.push(vi.mocked(console.info));
});
beforeEach(async () => {
  await test.direct.flushAll();
  taken();
});
afterAll(() => test?.stop());

const ada = { username: "ada", password: "correct horse battery" };
const userIdOf = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET, "/api/session?peek=1")).json()).session.user.id as string;
const idsAtRedis = async () =>
  (await test.direct.keys("session:*")).map((key) => key.slice("session:".length)).sort();

/** Takes what was written since it was last taken. */
function taken(): Line[] {
  const texts = streams.flatMap(({ mock }) => mock.calls.map(String));
  for (const stream of streams) stream.mockClear();
  everything.push(...texts);
  return texts.map((text) => JSON.parse(text));
}

/** The lines that some work writes, without what all lines have. */
async function linesOf(work: () => Promise<unknown>): Promise<Line[]> {
  taken();
  await work();
  for (const id of await idsAtRedis()) secrets.add(id);
  const lines = taken();
  for (const { time, server, request } of lines) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(server).toBe("a");
    expect(request).toMatch(/^[\w.:-]{1,42}$/);
  }
  return lines.map(({ time: _, server: __, request: ___, ...rest }) => rest);
}

// The shop's own are beside those of the package.
const auditEvents = {
  ...eventsOfPackage,
  "account-disabled": ["name"],
  "account-enabled": ["name"],
  "account-role": ["name", "role"],
  "sign-in-refused": ["name"],
};

const named = (kind: "session" | "user" | "name", text = "") => auditHash(kind, text, test.env);
/** The names of the sessions that are at Redis now, in the order of their IDs. */
const sessionNames = async () => Promise.all((await idsAtRedis()).map((id) => named("session", id)));

describe("the audit log records", () => {
  it("a visitor's session that begins, and no read or change of it", async () => {
    const visitor = createVisitor();
    const begun = await linesOf(() => visitor.post(cartAdd.POST, { sku: "tote" }));
    expect(begun).toEqual([{ event: "session-begun", session: (await sessionNames())[0] }]);
    const quiet = await linesOf(async () => {
      for (const read of [session.GET, cart.GET]) await visitor.get(read);
      await visitor.post(cartAdd.POST, { sku: "tote" });
      await createVisitor().get(session.GET);
    });
    expect(quiet).toEqual([]);
  });

  it("a sign-in: the session that ends with it and the one that begins, and whose it is", async () => {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    const [before] = await sessionNames();
    const lines = await linesOf(() => visitor.post(register.POST, ada));
    const after = (await sessionNames()).find((name) => name !== before);
    const user = await named("user", await userIdOf(visitor));
    expect(lines).toEqual([
      { event: "session-ended", session: before, why: "rotated" },
      { event: "session-begun", session: after, user, name: await named("name", "ada") },
    ]);
    const out = await linesOf(() => visitor.post(logout.POST));
    expect(out).toEqual([{ event: "session-ended", session: after, user, why: "log-out" }]);
  });

  it("a request with a session that had ended", async () => {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    const stolen = createVisitor(visitor.cookie);
    const [before] = await sessionNames();
    await visitor.post(guest.POST);
    const presented = { event: "session-ended-presented", session: before };
    for (const come of [
      () => stolen.get(session.GET),
      () => stolen.post(cartAdd.POST, { sku: "tote" }),
      () => openedByMiddleware(stolen.cookie),
      () => createVisitor(stolen.cookie).post(logout.POST),
    ])
      expect(await linesOf(come)).toEqual([presented]);
    const begun = expect.objectContaining({ event: "session-begun" });
    expect(await linesOf(() => stolen.post(guest.POST))).toEqual([presented, begun]);
  });

  it("sessions that were ended from elsewhere, and why", async () => {
    const [first, second, third] = [createVisitor(), createVisitor(), createVisitor()];
    await first.post(register.POST, ada);
    const user = await named("user", await userIdOf(first));
    await second.post(login.POST, ada);
    const revoked = await linesOf(() => first.post(revoke.POST, { others: "1" }));
    expect(revoked).toEqual([{ event: "session-ended", session: expect.any(String), user, why: "revoked" }]);
    await third.post(login.POST, ada);
    const changed = await linesOf(() =>
      first.post(password.POST, { current: ada.password, next: "another horse battery", endOthers: "1" }),
    );
    expect(changed.map(({ event, why }) => [event, why])).toEqual([
      // The others end first: whatever becomes of this one, they must not stay.
      ["session-ended", "password-change"],
      ["session-ended", "password-change"],
      ["session-begun", undefined],
    ]);
    const deleted = await linesOf(() =>
      first.post(accountDelete.POST, { password: "another horse battery" }),
    );
    expect(deleted).toEqual([
      { event: "session-ended", session: expect.any(String), user, why: "account-deleted" },
    ]);
    secrets.add("another horse battery");
  });

  it("the oldest session, when one is over the limit", async () => {
    const draft = signedInSession({ id: "u", name: "ada" }, null, sessionInit);
    const begin = () => contextOf(new Headers()).sessions.create(draft);
    await begin();
    const [oldest] = await sessionNames();
    for (let more = 1; more < MAX_USER_SESSIONS; more++) await begin();
    const lines = await linesOf(begin);
    const user = await named("user", "u");
    expect(lines).toEqual([
      { event: "session-begun", session: expect.any(String), user, name: await named("name", "ada") },
      { event: "session-ended", session: oldest, user, why: "too-many" },
    ]);
  });

  describe("what the operator does, on the command's own output", () => {
    const run = async (command: string, ...more: string[]) => {
      const args = ["--import", "tsx", "scripts/account.ts", command, "ada", ...more];
      const { stdout } = await execFile(process.execPath, args);
      const texts = stdout.split("\n").filter((line) => line.startsWith("{"));
      everything.push(...texts);
      return texts.map((text) => JSON.parse(text));
    };
    const always = { time: expect.any(String), server: "operator", request: expect.any(String) };

    it("to an account, and to its sessions", async () => {
      const visitor = createVisitor();
      await visitor.post(register.POST, ada);
      const user = await named("user", await userIdOf(visitor));
      const [session] = await sessionNames();
      const name = await named("name", "ada");
      expect(await run("disable")).toEqual([
        { ...always, event: "session-ended", session, user, why: "account-disabled", by: "operator" },
        { ...always, event: "account-disabled", name },
      ]);
      expect(await run("enable")).toEqual([{ ...always, event: "account-enabled", name }]);
    });

    it("to its role", async () => {
      await createVisitor().post(register.POST, ada);
      const name = await named("name", "ada");
      for (const role of ["operator", "none"])
        expect(await run("role", role)).toEqual([{ ...always, event: "account-role", name, role }]);
    });
  });

  it("a refused password, of an account that is there and of one that is not", async () => {
    const visitor = createVisitor();
    await visitor.post(register.POST, ada);
    const wrong = { password: "wrong horse battery" };
    secrets.add(wrong.password);
    const name = await named("name", "ada");
    for (const refused of [
      () => createVisitor().post(login.POST, { ...ada, ...wrong }),
      () => visitor.post(password.POST, { current: wrong.password, next: ada.password }),
      () => visitor.post(accountDelete.POST, wrong),
    ])
      expect(await linesOf(refused)).toEqual([{ event: "sign-in-refused", name }]);
    const unknown = await linesOf(() => createVisitor().post(login.POST, { ...ada, username: "Nobody" }));
    expect(unknown).toEqual([{ event: "sign-in-refused", name: await named("name", "nobody") }]);
  });

  it("the right password of a disabled account, at the log-in and at a registration", async () => {
    await createVisitor().post(register.POST, ada);
    await accountsOf(contextOf(new Headers())).setDisabled("ada", Date.now());
    const name = await named("name", "ada");
    for (const route of [login.POST, register.POST])
      expect(await linesOf(() => createVisitor().post(route, ada))).toEqual([
        { event: "sign-in-refused", name },
      ]);
  });

  it("a sign-in limit that is hit", async () => {
    // A common password is refused after the count, and costs no scrypt.
    const attempt = { username: "limited", password: "iloveyou" };
    const lines = await linesOf(async () => {
      let status = 0;
      while (status !== 429) ({ status } = await createVisitor().post(register.POST, attempt));
    });
    expect(lines).toEqual([
      { event: "limit-hit", limit: "sign-in-name", name: await named("name", "limited") },
    ]);
  });

  it("a change from another site", async () => {
    const elsewhere = { "sec-fetch-site": "cross-site" };
    const refused = await linesOf(() => createVisitor().post(cartAdd.POST, { sku: "tote" }, elsewhere));
    expect(refused).toEqual([{ event: "cross-site-refused", path: "/api/x" }]);
  });

  it("a seal that does not open, to handlers and to the middleware, and nothing of what is no seal", async () => {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    const parts = visitor.cookie.split("*");
    const forged = [...parts.slice(0, -1), `${"A".repeat(43)}~2`].join("*");
    const foreign = parts.map((part, at) => (at === 1 ? "1" : part)).join("*");
    const noSession = { event: "seal-refused", why: "no-session-in-it" };
    expect(await linesOf(() => createVisitor(forged).get(session.GET))).toEqual([noSession]);
    expect(await linesOf(() => openedByMiddleware(forged))).toEqual([noSession]);
    expect(await linesOf(() => createVisitor(foreign).get(session.GET))).toEqual([
      { event: "seal-refused", why: "unknown-secret" },
    ]);
    for (const nothing of ["session=x", "session=", "session=Fe26.2*1*x~2", `session=${"x".repeat(4000)}`])
      expect(await linesOf(() => createVisitor(nothing).get(session.GET))).toEqual([]);
  });

  it("a flood of events up to a limit, and how many were left out", async () => {
    const flood = () => createVisitor().post(cartAdd.POST, {}, { origin: "https://elsewhere.example" });
    const seen: unknown[] = [];
    await vi.waitFor(async () => {
      // As one flood in one second, however slow the machine is.
      const lines = await linesOf(() => Promise.all(Array.from({ length: 100 }, flood)));
      seen.push(...lines);
      const written = lines.filter(({ event }) => event === "cross-site-refused").length;
      expect(written).toBe(LINES_A_SECOND);
    }, 15_000);
    const leftOut = { event: "lines-left-out", of: "cross-site-refused", lines: expect.any(Number) };
    await vi.waitFor(async () => {
      // The first line of a new second, whoever writes it.
      seen.push(...(await linesOf(() => createVisitor().post(guest.POST))));
      expect(seen).toContainEqual(leftOut);
    }, 15_000);
  });

  it("each request by the name that its proxy gave it, if it is one, and the answer repeats it", async () => {
    const refusedAs = async (sent: Record<string, string>) => {
      const elsewhere = { "sec-fetch-site": "cross-site", ...sent };
      let requestId: string | null = null;
      await vi.waitFor(async () => {
        taken();
        const response = await createVisitor().post(cartAdd.POST, {}, elsewhere);
        requestId = response.headers.get("x-request-id");
        expect(taken().at(-1)?.request).toBe(requestId);
      }, 5_000);
      return requestId;
    };
    expect(await refusedAs({ "x-request-id": "abc-1:2.3_4" })).toBe("abc-1:2.3_4");
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const hostile = ['x","event":"session-begun', "a b", "", "x".repeat(43), "%0a", "\u00ff"];
    for (const sent of [{}, ...hostile.map((id) => ({ "x-request-id": id }))])
      expect(await refusedAs(sent)).toEqual(uuid);
    const quiet = await createVisitor().get(session.GET);
    expect(quiet.headers.get("x-request-id")).toBeNull();
  });

  it("an outage", async () => {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    const { cookie } = visitor;
    await test.cloud.gateway.close();
    const [said, ...more] = await linesOf(() => createVisitor(cookie).get(session.GET));
    expect(more).toEqual([]);
    expect(said).toEqual({
      event: "store-unavailable",
      operation: "get",
      reason: expect.stringMatching(/^\w+$/),
    });
  });
});

describe("a line", () => {
  it("has the fields of its event and no others", () => {
    const always = ["time", "event", "server", "request"];
    const seen = new Set<string>();
    for (const text of everything) {
      const { event, ...fields }: Line = JSON.parse(text);
      expect(Object.keys(auditEvents)).toContain(event);
      const known: readonly string[] = auditEvents[event as keyof typeof auditEvents];
      for (const field of Object.keys(fields)) expect([...always, ...known], `${event}`).toContain(field);
      seen.add(`${event}`);
    }
    expect([...seen].sort()).toEqual(Object.keys(auditEvents).sort());
  });

  it("holds no ID, no seal, no password, no secret and no name", () => {
    const all = everything.join("\n");
    expect(secrets.size).toBeGreaterThan(40);
    for (const secret of [...secrets, ada.password, "Fe26.2", "scrypt", '"ada"', "nobody", "iloveyou"])
      expect(all).not.toContain(secret);
    expect(all).not.toMatch(/[\w-]{43}/);
  });
});

it("docs/audit-events.md has a row for each event, with its fields", async () => {
  const page = await readFile("docs/audit-events.md", "utf8");
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|[^|]*\| (.*) \|$/gm)].map(([, event, fields = ""]) => [
    event,
    [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field),
  ]);
  expect(Object.fromEntries(rows)).toEqual(auditEvents);
});

/** The middleware's part, for a page. */
function openedByMiddleware(cookie: string): Promise<unknown> {
  return handlePageRequest(contextOf(new Headers({ host: "localhost:3000", cookie })), {
    url: new URL(`${testSite}/cart`),
    policy: pagePolicy(),
    renew: true,
  });
}
