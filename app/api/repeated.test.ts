import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createScript } from "@carryover/session/internal/redis/scripts/lua";
import {
  type FakeGateway,
  passOn,
  startFakeGateway,
  type TestEnv,
} from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import {
  createVisitor,
  type Handler,
  type TestVisitor,
} from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as session from "@/app/api/session/route";
import { cheapHash, plantAccount } from "@/lib/account/test-account";

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));

/** What is sent, and what there is to see of it afterwards. */
interface Row {
  readonly route: string;
  /** As the page names it; default: none. */
  readonly what?: string;
  readonly who: "visitor" | "guest" | "user";
  readonly fields?: Readonly<Record<string, string>>;
  /** Before it is sent: what the fields are. */
  fieldsOf?(visitor: TestVisitor): Promise<Readonly<Record<string, string>>>;
  readonly see: (visitor: TestVisitor) => Promise<string>;
}

const ada = { username: "ada", password: "correct horse battery" };
let test: TestEnv;
let gate: FakeGateway;
/** Called with each request to Redis, and how many sessions begin with it. */
let onBegin: (count: number) => Promise<void> = async () => {};

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "100000", SESSION_DEADLINE_MS: "10000" });
  gate = await startFakeGateway(async (body, path, headers) => {
    const count = body.split(beginText).length + body.split(beginHash).length - 2;
    if (count > 0) await onBegin(count);
    return passOn(test.cloud, body, path, headers);
  });
  vi.stubEnv("UPSTASH_REDIS_REST_URL", gate.url);
});
beforeEach(() => test.direct.flushAll());
afterAll(async () => {
  await gate?.close();
  await test?.stop();
});

const beginText = JSON.stringify(createScript).slice(1, -1);
const beginHash = createHash("sha1").update(createScript).digest("hex");

const viewOf = async (visitor: TestVisitor) =>
  (await (await visitor.get(session.GET, "/api/session?peek=1")).json()).session;

async function alive(): Promise<number> {
  const keys = await test.direct.keys("session:*");
  const texts = await Promise.all(keys.map((each) => test.direct.get(each)));
  return texts.filter((text) => text?.startsWith('{"v":')).length;
}

const signedInAs = async (visitor: TestVisitor) => {
  const now = await viewOf(visitor);
  const who = now?.user ? "signed in" : "signed out";
  const items = now?.cart.quantity ?? 0;
  return `${who}, ${items === 0 ? "empty cart" : "the cart"}, ${await alive()} alive`;
};
const cartOf = async (visitor: TestVisitor) => `${(await viewOf(visitor))?.cart.quantity ?? 0} in the cart`;
const changesOf = async (visitor: TestVisitor) => `${((await viewOf(visitor))?.revision ?? 1) - 2} made`;

const rows: readonly Row[] = [
  { route: "register", who: "visitor", fields: { ...ada, username: "bob" }, see: signedInAs },
  { route: "login", who: "visitor", fields: ada, see: signedInAs },
  { route: "guest", who: "visitor", see: signedInAs },
  { route: "logout", who: "user", see: signedInAs },
  {
    route: "password",
    who: "user",
    fields: { current: ada.password, next: "a staple and a horse" },
    see: signedInAs,
  },
  { route: "profile", what: "a name", who: "user", fields: { displayName: "Ada" }, see: changesOf },
  { route: "profile", what: "a theme", who: "visitor", fields: { theme: "dark" }, see: changesOf },
  { route: "cart/add", who: "visitor", fields: { sku: "tote" }, see: cartOf },
  { route: "cart/set", who: "visitor", fields: { sku: "tote", quantity: "5" }, see: cartOf },
  { route: "cart/remove", who: "visitor", fields: { sku: "tote" }, see: cartOf },
  { route: "cart/clear", who: "visitor", see: cartOf },
  { route: "session/idle", who: "visitor", fields: { idleSeconds: "600" }, see: changesOf },
  {
    route: "session/views",
    who: "visitor",
    see: async (visitor) => `${(await viewOf(visitor))?.views.a ?? 0} counted`,
  },
  {
    route: "sessions/revoke",
    what: "another one",
    who: "user",
    async fieldsOf() {
      const other = createVisitor();
      await other.post(login.POST, ada);
      return { handle: (await viewOf(other)).handle };
    },
    see: signedInAs,
  },
  { route: "sessions/revoke", what: "the others", who: "user", fields: { others: "1" }, see: signedInAs },
  { route: "sessions/revoke", what: "all", who: "user", fields: { all: "1" }, see: signedInAs },
  { route: "account/delete", who: "user", fields: { password: ada.password }, see: signedInAs },
];

/** Changes that have nothing to do with the visitor's session. */
// An operator ends others' sessions: the second time there is none left to end.
const OTHERS = [
  "[[...notFound]]",
  "admin/numbers",
  "admin/revoke",
  "admin/sessions",
  "proof/cloud",
  "proof/race",
];

const handlerOf = async (route: string): Promise<Handler> =>
  (await import(/* @vite-ignore */ resolve("app/api", route, "route.ts"))).POST;

/** The same handler on another server: a copy of all modules, whose requests to Redis travel apart from the first one's. */
async function handlerElsewhere(route: string): Promise<Handler> {
  vi.resetModules();
  Reflect.deleteProperty(globalThis, Symbol.for("@carryover/session/1"));
  return handlerOf(route);
}

/** A browser with a session and one tote in its cart. */
async function browserOf(who: Row["who"]): Promise<TestVisitor> {
  const visitor = createVisitor();
  await plantAccount(test, ada.username);
  if (who === "guest") await visitor.post(guest.POST);
  if (who === "user") await visitor.post(login.POST, ada);
  await visitor.post(cartAdd.POST, { sku: "tote" });
  if (who === "visitor") await visitor.post(cartAdd.POST, { sku: "lantern" });
  return visitor;
}

type Keys = readonly [string | null, string | null];
type Kind = "form" | "json";

const KEY = "the-key-of-this-form";
const sameKey: Keys = [KEY, KEY];
const noKeys: Keys = [null, null];
const twoKeys: Keys = [KEY, `${KEY}-in-another-tab`];

async function send(
  row: Row,
  visitor: TestVisitor,
  sent: { fields: object; kind: Kind; key: string | null; handler?: Handler },
) {
  const { kind, key, fields, handler = await handlerOf(row.route) } = sent;
  const answer =
    kind === "json"
      ? await visitor.post(handler, { ...fields }, key ? { "idempotency-key": key } : {})
      : await visitor.submit(handler, { ...fields, ...(key && { idempotencyKey: key }) });
  if (kind === "json") return answer.ok ? "ok" : `${answer.status} \`${(await answer.json()).code}\``;
  const to = new URL(answer.headers.get("location") ?? "/", "http://localhost");
  const error = to.searchParams.get("error");
  // A form says the rest by where it goes: to the sign-in, or back to the page as it is now.
  return error ?? (to.searchParams.has("next") ? "sign-in" : "ok");
}

/** The first answer never arrived: the second request comes with the old cookie. */
async function oneAfterTheOther(row: Row, keys: Keys, kind: Kind): Promise<string> {
  await test.direct.flushAll();
  const browser = await browserOf(row.who);
  const fields = (await row.fieldsOf?.(browser)) ?? row.fields ?? {};
  await send(row, createVisitor(browser.cookie), { fields, kind, key: keys[0] });
  const answer = await send(row, browser, { fields, kind, key: keys[1] });
  return `${answer}: ${await row.see(browser)}`;
}

/** Both are so far that they have written their new session, where they write one, before either goes on. */
async function atOnce(row: Row, keys: Keys): Promise<string> {
  await test.direct.flushAll();
  const browser = await browserOf(row.who);
  const fields = row.fields ?? {};
  let arrived = 0;
  let letGo = () => {};
  const both = new Promise<void>((done) => {
    letGo = done;
  });
  onBegin = (count) => {
    arrived += count;
    if (arrived >= 2) letGo();
    return both;
  };
  const servers = [await handlerOf(row.route), await handlerElsewhere(row.route)];
  const answers = await Promise.all(
    servers.map(async (handler, at) => {
      const visitor = createVisitor(browser.cookie);
      const answer = await send(row, visitor, { fields, kind: "json", key: keys[at] ?? null, handler });
      letGo();
      return { answer, visitor };
    }),
  );
  onBegin = async () => {};
  const seen = await Promise.all(
    answers.map(async ({ answer, visitor }) => `${answer}: ${await row.see(visitor)}`),
  );
  return [...new Set(seen)].sort().reverse().join("; ");
}

const cell = (texts: readonly string[]) => texts.join(" | ");

async function lineOf(row: Row): Promise<string> {
  const name = `\`/api/${row.route}\`${row.what ? `, ${row.what}` : ""}`;
  const withKey = await oneAfterTheOther(row, sameKey, "json");
  const without = await oneAfterTheOther(row, noKeys, "json");
  // Another tab has another key, and a form does as JSON does.
  expect(await oneAfterTheOther(row, twoKeys, "json")).toBe(without);
  expect(await oneAfterTheOther(row, noKeys, "form"), row.route).toBe(formOf(without));
  expect(await oneAfterTheOther(row, sameKey, "form"), row.route).toBe(formOf(withKey));
  return `| ${cell([name, withKey, without])} |`;
}

/** What a form shows for the same answer. */
function formOf(answer: string): string {
  return answer.replace(/^\d+ `([a-z-]+)`/, (_, code: string) => (code === "session-changed" ? "ok" : code));
}

async function lineAtOnce(row: Row): Promise<string> {
  const cells = [await atOnce(row, sameKey), await atOnce(row, noKeys), await atOnce(row, twoKeys)];
  return `| ${cell([`\`/api/${row.route}\``, ...cells])} |`;
}

const intro = `# Requests that come again

What does a change answer when it is sent a second time with the same cookie? The first answer was lost, a proxy or a
browser repeated the request, somebody clicked twice, or two tabs sent the same. A test makes this page
([\`repeated.test.ts\`](../app/api/repeated.test.ts)). Answers that get lost on the way to Redis are tested in
[\`lost-answers.test.ts\`](../app/api/lost-answers.test.ts).

A form carries its idempotency key in the field \`idempotencyKey\`, JSON in the header \`Idempotency-Key\`: 16 to 64 of
letters, digits, \`-\` and \`_\`. The key is bound to the route, the body and the session that the request carries.
Another body with the same key is 422 \`invalid\`. A session remembers its last 8 keys for 10 s. A rotated session's
tombstone remembers its key for 60 s.

The browser has a session with a cart. The rows of the sign-ins and the cart show a visitor's request, the others a
user's. \`N alive\` counts all sessions that exist afterwards. A second tab has another key; one after the other, that
is the same as no key. A form answers the same with a redirect.`;

it("every change is on the page, or has nothing to do with the session", async () => {
  const files = (await readdir("app/api", { recursive: true })).filter((file) => file.endsWith("route.ts"));
  const changes: string[] = [];
  for (const file of files) if (await handlerOf(dirname(file))) changes.push(dirname(file));
  expect(changes.sort()).toEqual([...new Set([...OTHERS, ...rows.map(({ route }) => route)])].sort());
});

it("is on the page what each change answers that comes again", { timeout: 120_000 }, async () => {
  const after: string[] = [];
  for (const row of rows) after.push(await lineOf(row));
  const together: string[] = [];
  for (const row of rows.slice(0, 5).filter(({ route }) => route !== "logout"))
    together.push(await lineAtOnce(row));
  const page = [
    intro,
    "",
    "## One after the other",
    "",
    "| change | with its key | without a key |",
    "|---|---|---|",
    ...after,
    "",
    "## At once",
    "",
    "Both requests write their new session before either claims the old one. Where the two answers differ, both are",
    "shown.",
    "",
    "| change | with its key | without a key | from two tabs, with two keys |",
    "|---|---|---|---|",
    ...together,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../docs/repeated-requests.md");
});
