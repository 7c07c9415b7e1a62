import type { ScryptOptions } from "node:crypto";
import { availableParallelism } from "node:os";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { startTestServer } from "@carryover/session/internal/testing/test-server";
import { codeOf, createVisitor, type Handler } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as accountDelete from "@/app/api/account/delete/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as password from "@/app/api/password/route";
import * as register from "@/app/api/register/route";
import { hashesAtOnce } from "@/lib/account/password-hash";

/** Hashes that have begun and wait until they are released. */
const hashes = vi.hoisted(() => ({
  isPaused: false,
  paused: [] as (() => void)[],
  begun: 0,
  atOnce: 0,
  mostAtOnce: 0,
}));
vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const scrypt = (secret: string, salt: Buffer, bytes: number, options: ScryptOptions, done: Done) => {
    hashes.begun++;
    hashes.mostAtOnce = Math.max(hashes.mostAtOnce, ++hashes.atOnce);
    const begin = () =>
      real.scrypt(secret, salt, bytes, options, (error, key) => {
        hashes.atOnce--;
        done(error, key);
      });
    if (hashes.isPaused) hashes.paused.push(begin);
    else begin();
  };
  return { ...real, scrypt, default: { ...real, scrypt } };
});
type Done = (error: Error | null, key: Buffer) => void;

function letGo(): void {
  hashes.isPaused = false;
  for (const begin of hashes.paused.splice(0)) begin();
}

const ada = { username: "ada", password: "correct horse battery" };
/** Log-ins that may not be answered yet. */
const underWay: Promise<Response>[] = [];
let test: TestEnv;

beforeAll(async () => {
  test = await startTestServer({ INSTANCE_NAME: "a", SIGN_IN_LIMIT: "1000" });
});
beforeEach(async () => {
  await test.direct.flushAll();
  Object.assign(hashes, { begun: 0, mostAtOnce: 0 });
});
afterEach(async () => {
  letGo();
  await Promise.all(underWay.splice(0));
});
afterAll(() => test?.stop());

const from = (each: number) => ({ "x-forwarded-for": `192.0.2.${each}` });

const atOnce = hashesAtOnce(availableParallelism());

/** Sixty log-ins, each from an address of its own: ten have a place, and fifty were answered. */
async function fillQueue(): Promise<readonly Promise<Response>[]> {
  hashes.isPaused = true;
  let answered = 0;
  for (let each = 0; each < 60; each++) {
    const answer = createVisitor().post(login.POST, { ...ada, username: `nobody-${each}` }, from(each));
    underWay.push(answer.finally(() => answered++));
  }
  await expect.poll(() => answered, { timeout: 10_000 }).toBe(50);
  return underWay;
}

describe("sixty log-ins at once", () => {
  it("hash two passwords at once at most, ten have a place, and the rest is answered 503 with Retry-After 1", async () => {
    const answers = await fillQueue();
    expect([hashes.begun, hashes.atOnce]).toEqual([atOnce, atOnce]);
    letGo();
    const all = await Promise.all(answers);
    const busy = all.filter(({ status }) => status === 503);
    expect(busy).toHaveLength(50);
    for (const answer of busy) {
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(await codeOf(answer)).toEqual([503, "busy"]);
    }
    expect(all.filter(({ status }) => status === 401)).toHaveLength(10);
    expect([hashes.begun, hashes.mostAtOnce]).toEqual([10, atOnce]);
    // There is room again.
    expect(await codeOf(await createVisitor().post(login.POST, ada))).toEqual([401, "bad-credentials"]);
  });

  it("leave no room for other hashes: each is refused before it begins, and a form goes back to its page", async () => {
    const visitor = createVisitor();
    expect((await visitor.post(register.POST, ada)).status).toBe(201);
    hashes.begun = 0;
    await fillQueue();
    const bob = { ...ada, username: "bob" };
    const next = { current: ada.password, next: "incorrect horse battery" };
    const cases: [Handler, Record<string, string>, string][] = [
      [login.POST, ada, "/login"],
      [register.POST, bob, "/register"],
      [password.POST, next, "/profile"],
      [accountDelete.POST, { password: ada.password }, "/profile"],
    ];
    const before = test.cloud.gateway.requests;
    for (const [route, fields, page] of cases) {
      expect(await codeOf(await visitor.post(route, fields))).toEqual([503, "busy"]);
      const form = await visitor.submit(route, fields);
      expect([form.status, form.headers.get("location")]).toEqual([303, `${page}?error=busy`]);
    }
    expect(hashes.begun).toBe(atOnce);
    // One for the session of each who is signed in, and none for the rest: it would not be done in the end.
    expect(test.cloud.gateway.requests - before).toBe(4);
    expect(await test.direct.keys("account:*")).toEqual(["account:ada"]);
  });

  it("of one address have half of the places: the others sign in", async () => {
    const visitor = createVisitor();
    expect((await visitor.post(register.POST, ada)).status).toBe(201);
    Object.assign(hashes, { isPaused: true, begun: 0 });
    let answered = 0;
    for (let each = 0; each < 60; each++) {
      const answer = createVisitor().post(login.POST, { ...ada, username: `nobody-${each}` }, from(1));
      underWay.push(answer.finally(() => answered++));
    }
    await expect.poll(() => answered, { timeout: 10_000 }).toBe(55);
    const owner = createVisitor().post(login.POST, ada, from(2));
    letGo();
    expect((await owner).status).toBe(200);
    const statuses = (await Promise.all(underWay)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 503)).toHaveLength(55);
    // And their places are theirs again.
    expect((await createVisitor().post(login.POST, ada, from(1))).status).toBe(200);
  });

  it("cost a guest, who has no password to confirm, no hash at all", async () => {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    const change = { current: ada.password, next: "incorrect horse battery" };
    expect(await codeOf(await visitor.post(password.POST, change))).toEqual([401, "bad-credentials"]);
    expect(hashes.begun).toBe(0);
  });

  it("count for every copy of the module in the process", async () => {
    await fillQueue();
    vi.resetModules();
    const copy = await import("@/lib/account/password-hash");
    await expect(copy.verifyPassword("correct horse", null)).rejects.toThrow(copy.HashesBusy);
    await expect(copy.hashPassword("correct horse")).rejects.toThrow(copy.HashesBusy);
    expect(hashes.begun).toBe(atOnce);
  });
});
