import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type AppServer, startAppServer } from "../support/app-server";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { anyOf } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";
import { createMeeting, pause } from "./meeting";

let test: TestEnv;
let servers: readonly [AppServer, AppServer, AppServer];

const ada = { username: "ada", password: "correct horse battery" };
/** A password costs a fifth of a second of CPU: so often the sign-in is one with a password, else a guest's. */
const PASSWORD_EVERY = 20;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000", SIGN_IN_LIMIT: "1000000" });
  const start = (name: string) => startAppServer({ ...test.variables, INSTANCE_NAME: name });
  servers = [await start("a"), await start("b"), await start("c")];
  expect((await createVisitor().post(servers[0].register, ada)).status).toBe(201);
});
afterAll(() => test?.stop());

const view = z.object({
  authenticated: z.boolean(),
  session: z.object({ handle: z.string(), cart: z.object({ quantity: z.number() }) }).nullable(),
});
const viewOf = async (response: Response) => view.parse(await response.json());

const setsCookie = (response: Response) => response.headers.getSetCookie().length > 0;

/** A browser with a cart of one, before it signs in. */
async function shopper() {
  const browser = createVisitor();
  expect((await browser.post(anyOf(servers).cartAdd, { sku: "tote" })).status).toBe(200);
  return browser;
}

describe("a sign-in with other requests of the same browser under way", () => {
  it("logs nobody out, raises no planted ID, and carries the cart exactly once", async () => {
    const trials = trialsOf("signIns");
    const results = await repeat({ trials, atOnce: 8 }, async (at) => {
      const browser = await shopper();
      // An attacker who planted or stole the visitor's session still has its cookie.
      const thief = createVisitor(browser.cookie);
      const signIn = () =>
        at % PASSWORD_EVERY === 0
          ? browser.post(anyOf(servers).login, ada)
          : browser.post(anyOf(servers).guest);
      const soon = (work: () => Promise<Response>) => pause(Math.random() * 40).then(work);
      const read = () => browser.get(anyOf(servers).session);
      const [signedIn, stolen, ...others] = await Promise.all([
        soon(signIn),
        soon(() => thief.get(anyOf(servers).session)),
        soon(() => browser.post(anyOf(servers).cartAdd, { sku: "tote" })),
        soon(() => browser.post(anyOf(servers).cartAdd, { sku: "tote" })),
        soon(() => browser.post(anyOf(servers).views)),
        soon(read),
        soon(read),
      ]);
      const added = countOf(others.slice(0, 2), ({ status }) => status === 200);
      const after = await viewOf(await read());
      const planted = [await viewOf(stolen), await viewOf(await thief.get(anyOf(servers).session))];
      return {
        isLoggedOut: signedIn.status !== 200 || !after.authenticated,
        isRaised: planted.some(({ authenticated }) => authenticated),
        isCarriedOnce: after.session?.cart.quantity === 1 + added,
        strayCookies: countOf([stolen, ...others], setsCookie),
        failures: countOf(others, ({ status }) => status !== 200 && status !== 401),
        added,
      };
    });
    const numbers = {
      trials,
      loggedOut: countOf(results, ({ isLoggedOut }) => isLoggedOut),
      plantedAuthenticated: countOf(results, ({ isRaised }) => isRaised),
      cartWrong: countOf(results, ({ isCarriedOnce }) => !isCarriedOnce),
      strayCookies: results.reduce((sum, { strayCookies }) => sum + strayCookies, 0),
      failures: results.reduce((sum, { failures }) => sum + failures, 0),
      addsRefused: results.reduce((sum, { added }) => sum + 2 - added, 0),
    };
    await record("sign-in", numbers);
    expect(numbers).toMatchObject({
      loggedOut: 0,
      plantedAuthenticated: 0,
      cartWrong: 0,
      strayCookies: 0,
      failures: 0,
    });
    // They did meet: some adds came after the old session was over, and were refused.
    expect(numbers.addsRefused).toBeGreaterThan(0);
  });

  /** Two requests of one browser, with the cookie that it has now, at two servers; what each holds afterwards. */
  async function signInTwice(keys: readonly [string, string], meeting: ReturnType<typeof createMeeting>) {
    const browser = await shopper();
    const [one, other] = keys.map((key) => ({ key, tab: createVisitor(browser.cookie) }));
    if (!one || !other) throw new Error("Two tabs.");
    const guest = ({ key, tab }: typeof one) =>
      tab.post(anyOf(servers).guest, {}, { "idempotency-key": key });
    const answers = await meeting.bring(
      () => guest(one),
      () => guest(other),
    );
    meeting.learn(answers[0].status === 200 ? "one" : "other");
    const holders = [one, other].filter((_, at) => answers[at]?.status === 200);
    const held = await Promise.all(
      holders.map(async ({ tab }) => viewOf(await tab.get(anyOf(servers).session))),
    );
    const refused = answers.filter(({ status }) => status === 409);
    return {
      isAnswered: held.length + refused.length === 2 && held.length > 0,
      isSignedIn: held.every(({ authenticated }) => authenticated),
      isCartOnce: held.reduce((sum, { session }) => sum + (session?.cart.quantity ?? 0), 0) === 1,
      areOne: new Set(held.map(({ session }) => session?.handle)).size === 1 && refused.length === 0,
      cookies: countOf(answers, setsCookie) - held.length,
    };
  }

  it("of two tabs that sign in together one takes the cart, and the other is refused or signs in without it", async () => {
    const trials = trialsOf("tabs");
    const meeting = createMeeting();
    const results = await repeat({ trials, atOnce: 8 }, () =>
      signInTwice(["key-of-the-first-tab", "key-of-the-second-tab"], meeting),
    );
    const numbers = {
      trials,
      answered: countOf(results, ({ isAnswered }) => isAnswered),
      signedIn: countOf(results, ({ isSignedIn }) => isSignedIn),
      cartOnce: countOf(results, ({ isCartOnce }) => isCartOnce),
      strayCookies: results.reduce((sum, { cookies }) => sum + cookies, 0),
    };
    await record("two-tabs", numbers);
    const all = { trials, answered: trials, signedIn: trials, cartOnce: trials };
    expect(numbers).toEqual({ ...all, strayCookies: 0 });
  });

  it("a sign-in that arrives twice is one: both answers hold one session", async () => {
    const trials = trialsOf("tabs");
    const meeting = createMeeting();
    const key = "key-of-the-only-form";
    const results = await repeat({ trials, atOnce: 8 }, () => signInTwice([key, key], meeting));
    const numbers = {
      trials,
      signedIn: countOf(results, ({ isSignedIn }) => isSignedIn),
      oneSession: countOf(results, ({ areOne }) => areOne),
    };
    await record("sent-twice", numbers);
    expect(numbers).toEqual({ trials, signedIn: trials, oneSession: trials });
  });
});

itLeavesNoKeyWithoutTtl("sign-in", () => test);
