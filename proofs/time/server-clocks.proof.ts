import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { plantAccount } from "@/lib/account/test-account";
import { type AppProcess, browserAt, startAppProcess } from "../support/app-process";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { findFaketime, type Skew } from "../support/skewed-clock";

const LIFETIME_SECONDS = 1800;
const HOUR_MS = 3_600_000;
/** Sign-ins to one account, and sessions begun by one address, a minute: one a second. */
const LIMIT = 60;
const patiently = { timeout: 20_000 };

const skews: readonly { readonly name: string; readonly skew: Skew }[] = [
  { name: "an hour ahead", skew: 1 },
  { name: "an hour behind", skew: -1 },
];
const ways = ["from the right one to the wrong one", "from the wrong one to the right one"] as const;
const keyed = { "idempotency-key": "the-key-of-this-form" };

let test: TestEnv;
/** Two servers, one of whose clocks is off. */
let right: AppProcess;
let wrong: AppProcess;

// Where the system has no faketime, nobody can say.
describe.runIf((await findFaketime()) !== undefined)("no server's clock decides anything", () => {
  beforeAll(async () => {
    test = await startTestEnv({
      SESSION_LIFETIME_SECONDS: String(LIFETIME_SECONDS),
      SIGN_IN_LIMIT: String(LIMIT),
      BEGIN_LIMIT: String(LIMIT),
      SESSION_DEADLINE_MS: "5000",
    });
    [right, wrong] = await Promise.all([
      startAppProcess({ ...test.variables, INSTANCE_NAME: "right" }),
      startAppProcess({ ...test.variables, INSTANCE_NAME: "wrong" }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([right?.stop(), wrong?.stop()]);
    await test?.stop();
  });

  describe.each(skews)("$name", ({ skew }) => {
    beforeEach(async () => {
      await test.direct.flushAll();
      wrong.setClock(skew);
    });

    it("its answers say so", async () => {
      const hoursOff = async () => {
        const { headers } = await newBrowser(wrong).ask("/api/catalog");
        return Math.round((Date.parse(headers.get("date") ?? "") - Date.now()) / HOUR_MS);
      };
      // Node keeps the text of this header for a second.
      await expect.poll(hoursOff, patiently).toBe(skew);
    });

    it.each(ways)("a cookie opens, and its session has its whole lifetime: %s", async (way) => {
      const [first, second] = serversOn(way);
      const browser = newBrowser(first);
      const begun = await browser.post("/api/cart/add", { sku: "tote" });
      expect(begun.headers.get("set-cookie")).toContain(`Max-Age=${LIFETIME_SECONDS};`);
      browser.server = second;
      expect((await (await browser.post("/api/cart/add", { sku: "tote" })).json()).quantity).toBe(2);
      const { createdAt, expiresAt } = await sessionOf(browser);
      expect(Math.abs(Date.parse(createdAt) - (await redisNowMs()))).toBeLessThan(60_000);
      expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(LIFETIME_SECONDS * 1000);
    });

    it("a page is handed the session", async () => {
      const browser = newBrowser(wrong);
      await browser.post("/api/guest");
      expect(await browser.see("/profile")).toEqual({ handover: "live" });
    });

    it("an idle timeout is as long as it says, and is over at both", async () => {
      const browser = newBrowser(wrong);
      await browser.post("/api/cart/add", { sku: "tote" });
      await browser.post("/api/session/idle", { idleSeconds: 1 });
      const keys = await test.direct.keys("session:*");
      expect(await test.direct.pTTL(keys.join())).toBeLessThanOrEqual(1000);
      await expect.poll(() => test.direct.exists(keys), patiently).toBe(0);
      for (browser.server of [wrong, right]) expect(await sessionOf(browser)).toBeNull();
    });

    it("an end is known for a minute, at both", async () => {
      const browser = newBrowser(wrong);
      await browser.post("/api/guest");
      const { cookie } = browser;
      await browser.post("/api/logout");
      const leftMs = await test.direct.pTTL((await test.direct.keys("session:*")).join());
      expect(leftMs).toBeGreaterThan(30_000);
      expect(leftMs).toBeLessThanOrEqual(60_000);
      browser.cookie = cookie;
      for (browser.server of [wrong, right])
        expect((await browser.post("/api/cart/add", { sku: "tote" })).status).toBe(401);
    });

    it.each(ways)("sent again with its key, it is applied once: %s", async (way) => {
      const [first, second] = serversOn(way);
      const browser = newBrowser(first);
      await browser.post("/api/cart/add", { sku: "tote" });
      for (browser.server of [first, second]) await browser.post("/api/cart/add", { sku: "tote" }, keyed);
      expect((await sessionOf(browser)).cart.quantity).toBe(2);
      const again = newBrowser(first);
      again.cookie = browser.cookie;
      for (const each of [browser, again]) await each.post("/api/guest", {}, keyed);
      expect((await sessionOf(browser)).user).not.toBeNull();
      expect((await sessionOf(again)).handle).toBe((await sessionOf(browser)).handle);
    });

    it("a limit of sign-ins says when to come back, and fills up again", async () => {
      const { username, password } = await plantAccount(test, "ada");
      const signIn = async (server: AppProcess) =>
        limitOf(await newBrowser(server).post("/api/login", { username, password }));
      await emptyBucket("limit:sign-in-name:ada");
      for (const server of [right, wrong]) expect(await signIn(server)).toEqual([429, "1"]);
      await expect.poll(() => signIn(wrong), patiently).toEqual([200, null]);
    });

    it("the limit of begun sessions says when to come back, and fills up again", async () => {
      const add = await refusedBeginner();
      await expect.poll(add, patiently).toEqual([200, null]);
    });
  });

  describe.each(skews)("a clock that is set while the server runs: $name", ({ skew }) => {
    beforeEach(async () => {
      await test.direct.flushAll();
      wrong.setClock(0);
    });

    it("the audit log is not shut", async () => {
      const browser = newBrowser(wrong);
      browser.cookie = `session=${forgedSeal}`;
      const forge = async () => {
        await browser.ask("/api/session");
        return wrong.log.split('"event":"seal-refused"').length;
      };
      // More than there is room for in a second.
      await Promise.all(Array.from({ length: 30 }, forge));
      const before = await forge();
      wrong.setClock(skew);
      await expect.poll(forge, patiently).toBeGreaterThan(before + 20);
    });

    it("sessions go on", async () => {
      const browser = newBrowser(wrong);
      await browser.post("/api/guest");
      // A seal that was opened before is known until its own end.
      expect((await sessionOf(browser)).user).not.toBeNull();
      wrong.setClock(skew);
      expect((await sessionOf(browser)).user).not.toBeNull();
      expect(await browser.see("/profile")).toEqual({ handover: "live" });
    });

    it("an address that was refused may come back after Retry-After", async () => {
      const add = await refusedBeginner();
      wrong.setClock(skew);
      await expect.poll(add, patiently).toEqual([200, null]);
    });
  });

  itLeavesNoKeyWithoutTtl("server-clocks", () => test);
});

const serversOn = (way: (typeof ways)[number]): readonly [AppProcess, AppProcess] =>
  way === ways[0] ? [right, wrong] : [wrong, right];

let addresses = 0;
/** At an address that nobody has come from. */
const newBrowser = (server: AppProcess) => browserAt(`192.0.2.${++addresses}`, server);

const sessionOf = async (browser: ReturnType<typeof browserAt>) =>
  (await browser.see("/api/session?peek=1")).session;

const limitOf = ({ status, headers }: Response) => [status, headers.get("retry-after")];

async function redisNowMs(): Promise<number> {
  return Number((await test.direct.time())[0]) * 1000;
}

/** Leaves no token in a bucket, by Redis' own time: the next one is there in a second. */
async function emptyBucket(key: string): Promise<void> {
  const [seconds, microseconds] = await test.direct.time();
  const fullAt = (Number(seconds) + 60) * 1_000_000 + Number(microseconds);
  await test.direct.set(key, String(fullAt), { expiration: { type: "PX", value: 60_000 } });
}

/** An address that has just been refused a session, and asks again. */
async function refusedBeginner() {
  const address = `192.0.2.${++addresses}`;
  const add = async () => limitOf(await browserAt(address, wrong).post("/api/cart/add", { sku: "tote" }));
  await emptyBucket(`limit:begin:${address}`);
  expect(await add()).toEqual([429, "1"]);
  return add;
}

/** It looks like a seal, and nobody has made it. */
const forgedSeal = [
  "Fe26.2",
  "1",
  "0".repeat(64),
  "a".repeat(22),
  "a".repeat(44),
  "9".repeat(13),
  "0".repeat(64),
  `${"a".repeat(42)}A~2`,
].join("*");
