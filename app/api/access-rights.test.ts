import { readFile } from "node:fs/promises";
import { type RestGateway, startRestGateway } from "@carryover/rest-gateway";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { admin } from "@/lib/session";
import * as accountDelete from "./account/delete/route";
import * as cartAdd from "./cart/add/route";
import * as guest from "./guest/route";
import * as health from "./health/route";
import * as login from "./login/route";
import * as logout from "./logout/route";
import * as password from "./password/route";
import * as register from "./register/route";
import * as session from "./session/route";
import * as revoke from "./sessions/revoke/route";

// Redis' own access control (https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/), with the very rights
// that docs/deploy.md asks for.
const PASSWORD = "default-password";

let test: TestEnv;
let gateway: RestGateway;
let rights: string[];
const said: string[] = [];

beforeAll(async () => {
  for (const stream of ["error", "info"] as const)
    vi.spyOn(console, stream).mockImplementation((line) => void said.push(String(line)));
  const docs = await readFile("docs/deploy.md", "utf8");
  rights = /^ACL SETUSER carryover on >PASSWORD (.+)$/m.exec(docs)?.[1]?.split(" ") ?? [];
  test = await startTestEnv();
  await allow(PASSWORD);
  const redisUrl = test.cloud.redis.url.replace("redis://", `redis://carryover:${PASSWORD}@`);
  gateway = await startRestGateway({ port: 0, token: test.cloud.token, redisUrl });
  const variables = { ...test.variables, UPSTASH_REDIS_REST_URL: gateway.url, SIGN_IN_LIMIT: "40" };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterAll(async () => {
  await gateway?.close();
  await test?.stop();
});

/** Gives the app's user the rights of the docs, and takes some away again. */
async function allow(secret: string, ...less: readonly string[]): Promise<void> {
  await test.direct.aclSetUser("carryover", ["reset", "on", `>${secret}`, ...rights, ...less]);
}

it("the rights that the docs name are enough for everything the shop does", async () => {
  expect(rights.length).toBeGreaterThan(10);
  const ada = createVisitor();
  const [before, after, visitor] = [createVisitor(), createVisitor(), createVisitor()];
  const account = { username: "ada", password: "correct horse battery" };
  const next = "battery horse correct";
  const statuses = [
    await ada.post(cartAdd.POST, { sku: "tote" }),
    await ada.post(register.POST, account),
    await before.post(login.POST, account),
    await ada.post(password.POST, { current: account.password, next, endOthers: true }),
    await after.post(login.POST, { ...account, password: next }),
    await ada.post(revoke.POST, { others: true }),
    await visitor.post(guest.POST),
    await visitor.post(logout.POST),
    await ada.get(session.GET),
    await ada.post(accountDelete.POST, { password: next }),
    await ada.get(health.GET, "/api/health?deep=1"),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 200]);
  await createVisitor().post(guest.POST);
  await admin.count();
  await admin.lastHour();
  const [last] = (await admin.list()).sessions;
  expect(await admin.revoke({ handle: last?.handle ?? "" }, { by: "operator" })).toBe(true);
  expect(await test.direct.sendCommand(["ACL", "LOG"])).toEqual([]);
});

it.each(["time", "get", "pexpire"])(
  "without +%s, which only scripts use, it is unavailable and not signed out, and the log says NOPERM",
  async (command) => {
    const visitor = createVisitor();
    await visitor.post(cartAdd.POST, { sku: "tote" });
    said.length = 0;
    await allow(PASSWORD, `-${command}`);
    try {
      expect((await visitor.get(session.GET)).status).toBe(503);
    } finally {
      await allow(PASSWORD);
    }
    const reasons = said.map((line) => JSON.parse(line)).flatMap(({ reason }) => (reason ? [reason] : []));
    expect(reasons).toEqual(["NOPERM"]);
    expect((await visitor.get(session.GET)).status).toBe(200);
  },
);
