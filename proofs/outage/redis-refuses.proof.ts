import { readFile } from "node:fs/promises";
import { type RestGateway, startRestGateway } from "@carryover/rest-gateway";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { cheapHash } from "@/lib/account/test-account";
import { freePort } from "@/local-cloud/processes/free-port";
import { keysOf } from "../support/kept-keys";
import { type Operation, operationsOf } from "./refused-operations";

vi.mock("@/lib/account/password-hash", async (original) => ({
  ...(await original<typeof import("@/lib/account/password-hash")>()),
  hashPassword: async (text: string) => cheapHash(text),
}));

// What servers do after their answer waits until the test has looked.
const { later } = vi.hoisted(() => ({ later: { begins: Promise.resolve() } }));
vi.mock("@carryover/session/internal/redis/clean-up", async (original) => {
  const real = await original<typeof import("@carryover/session/internal/redis/clean-up")>();
  return {
    ...real,
    async cleanUp(work: () => Promise<void>) {
      await later.begins;
      await real.cleanUp(work);
    },
  };
});

const DOCUMENT = "docs/outages.md";
const PASSWORD = "default-password";

const errorLog = vi.spyOn(console, "error").mockImplementation(() => {});
let test: TestEnv;
let gateway: RestGateway;
let rights: readonly string[];
let operations: readonly Operation[];

beforeAll(async () => {
  vi.spyOn(console, "info").mockImplementation(() => {});
  test = await startTestEnv({ SIGN_IN_LIMIT: "1000000", INSTANCE_NAME: "a", SESSION_DEADLINE_MS: "10000" });
  rights = rightsIn(await readFile("docs/deploy.md", "utf8"));
  await allow();
  const redisUrl = test.cloud.redis.url.replace("redis://", `redis://carryover:${PASSWORD}@`);
  gateway = await startRestGateway({ port: 0, token: test.cloud.token, redisUrl });
  const variables = { ...test.variables, UPSTASH_REDIS_REST_URL: gateway.url };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  await test.direct.configSet("maxmemory-policy", "noeviction");
  operations = await operationsOf(test);
});
afterAll(async () => {
  await gateway?.close();
  await test?.stop();
});

function rightsIn(document: string): readonly string[] {
  return /^ACL SETUSER carryover on >PASSWORD (.+)$/m.exec(document)?.[1]?.split(" ") ?? [];
}

/** Gives the app's user the rights of the document, and takes some away again. */
async function allow(...less: readonly string[]): Promise<void> {
  await test.direct.aclSetUser("carryover", ["reset", "on", `>${PASSWORD}`, ...rights, ...less]);
}

/** The sessions that live, and the accounts, as Redis holds them. */
async function kept(): Promise<readonly string[]> {
  const keys = (await keysOf(test.direct)).filter((key) => /^(session|account):/.test(key)).sort();
  const texts = await Promise.all(keys.map((key) => test.direct.get(key)));
  return keys.flatMap((key, at) => (texts[at]?.startsWith('{"ended":') ? [] : [`${key} ${texts[at]}`]));
}

interface Refusal {
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/**
 * `logged`: it works, and a log line says what is left to clean up. `in part`: it says 503, and something
 * was done; sent again, it does the rest.
 */
type Outcome = "works" | "logged" | "503" | "in part";

/** What becomes of an operation while Redis refuses; what does not work is answered 503, and works afterwards. */
async function outcomeOf(operation: Operation, refusal: Refusal): Promise<Outcome> {
  await test.direct.flushAll();
  const visitor = await operation.visitor();
  const copy = createVisitor(visitor.cookie);
  const fields = await operation.fields?.(visitor);
  const before = await kept();
  // Whatever is asked for the first time is sent whole.
  await test.direct.scriptFlush();
  errorLog.mockClear();
  const [answer, after] = await whileRefused(() => operation.send(visitor, fields), refusal);
  const outcome = `${operation.name}: ${answer.status}`;
  if (answer.ok) {
    // What was ended has ended, for every copy of the cookie.
    if (operation.isEnd) expect(after, outcome).not.toEqual(before);
    return errorLog.mock.calls.length === 0 ? "works" : "logged";
  }
  expect([outcome, answer.headers.get("retry-after")]).toEqual([`${operation.name}: 503`, "1"]);
  expect(visitor.cookie, outcome).toBe(copy.cookie);
  const again = await operation.send(visitor, fields);
  expect([again.ok, outcome, again.ok || (await again.text())]).toEqual([true, outcome, true]);
  return after.join() === before.join() ? "503" : "in part";
}

/** What is kept is read before anything can be cleaned up. */
async function whileRefused(work: () => Promise<Response>, refusal: Refusal) {
  let begin = () => {};
  later.begins = new Promise((resolve) => {
    begin = resolve;
  });
  await refusal.begin();
  try {
    return [await work(), await kept()] as const;
  } finally {
    begin();
    await refusal.end();
  }
}

/** By the names of the operations. */
async function outcomes(refusal: Refusal): Promise<ReadonlyMap<string, Outcome>> {
  const found = new Map<string, Outcome>();
  for (const operation of operations) found.set(operation.name, await outcomeOf(operation, refusal));
  return found;
}

const namesOf = (found: ReadonlyMap<string, Outcome>, outcome: Outcome) =>
  [...found].flatMap(([name, each]) => (each === outcome ? [name] : []));

const full: Refusal = {
  begin: () => test.direct.configSet("maxmemory", "1"),
  end: () => test.direct.configSet("maxmemory", "0"),
};
const readOnly: Refusal = {
  begin: async () => test.direct.replicaOf("127.0.0.1", await freePort()),
  end: () => test.direct.sendCommand(["REPLICAOF", "NO", "ONE"]),
};
const without = (right: string): Refusal => ({
  begin: () => allow(right.replace("+", "-")),
  end: () => allow(),
});

const intro = `# What works while Redis refuses

Which operations work while Redis refuses some commands? If Redis cannot be reached, everything that needs it
answers 503. A Redis that answers may still refuse some commands. A proof makes this page
([\`redis-refuses.proof.ts\`](../proofs/outage/redis-refuses.proof.ts)): it does each operation once while Redis
refuses. What does not work answers 503 with \`Retry-After\`, keeps the cookie, and works when it is sent again later
with its idempotency key.

## Full, or read-only

Full: \`maxmemory\` is reached, with \`noeviction\`. Read-only: a replica, such as a former primary after a failover. What
answers 503 has changed neither a session nor an account.`;

const acl = `## Without a right

The rights that [the app's user](deploy.md) needs, and what answers 503 where one of them is missing. "In part" is a
503 after a part was done: an account is created, for example, and its owner is not signed in yet; or a session was
created that could not be listed, and is ended again. Sent again, the request does the rest. "Logged" works, and a
log line says what could not be cleaned up or remembered.`;

it("is on the page what works while Redis is full, read-only, or grants too little", {
  timeout: 300_000,
}, async () => {
  const [whileFull, whileReadOnly] = [await outcomes(full), await outcomes(readOnly)];
  const rows = operations.map(
    ({ name }) => `| ${name} | ${whileFull.get(name)} | ${whileReadOnly.get(name)} |`,
  );
  for (const found of [whileFull, whileReadOnly]) expect(namesOf(found, "in part")).toEqual([]);
  for (const { name, isEnd } of operations)
    if (isEnd) expect([name, whileFull.get(name)]).toEqual([name, expect.stringMatching(/works|logged/)]);
  const granted = rights.filter((each) => each.startsWith("+"));
  const found: ReadonlyMap<string, Outcome>[] = [];
  for (const right of granted) found.push(await outcomes(without(right)));
  // A right without which nothing fails is none that is needed.
  expect(
    granted.filter((_, at) => found[at] && namesOf(found[at], "works").length === operations.length),
  ).toEqual([]);
  const cells = operations.map(({ name }) => {
    const each = found.map((outcome) => outcome.get(name)).map((cell) => (cell === "works" ? "" : cell));
    return `| ${[name, ...each].join(" | ")} |`;
  });
  const page = [
    intro,
    "",
    "| | full | read-only |",
    "|---|---|---|",
    ...rows,
    "",
    acl,
    "",
    `| | ${granted.map((right) => `\`${right}\``).join(" | ")} |`,
    `|---|${granted.map(() => "---|").join("")}`,
    ...cells,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot(`../../${DOCUMENT}`);
});
