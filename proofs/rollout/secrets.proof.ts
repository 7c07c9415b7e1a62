import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { createVisitor, type TestVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type AppServer, startAppServer } from "../support/app-server";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { anyOf } from "../support/server";
import { countOf, forEach, trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv();
});
afterAll(() => test?.stop());

const USERS = 200;
const secret = (name: string) => `the ${name} secret of this proof that is long enough`;
const [oldest, middle, newest] = [secret("oldest"), secret("middle"), secret("newest")] as const;

/** Two servers, since a deployment replaces one after the other: both know a new secret before one of them seals with it. */
const deployments: readonly (readonly string[])[] = [
  [oldest],
  [oldest, middle],
  [middle, oldest],
  [middle, oldest, newest],
  [newest, middle, oldest],
];

const start = (list: readonly string[], name: string) =>
  startAppServer({
    ...test.variables,
    SESSION_SECRET: list.join(","),
    SESSION_DEADLINE_MS: "10000",
    INSTANCE_NAME: name,
  });

interface User {
  readonly browser: TestVisitor;
  /** In the course of this deployment they sign in again. */
  readonly signsInAgainAt: number;
  requests: number;
  /** Requests that were answered as if they were signed out. */
  signedOut: number;
  failed: number;
}

const signIn = async ({ browser }: User, { guest }: AppServer) => {
  expect((await browser.post(guest)).status).toBe(200);
};

/** Reads the session, or changes it, at one of the servers. */
async function browse(user: User, { session, cartAdd }: AppServer): Promise<void> {
  const isRead = user.requests++ % 3 > 0;
  const answer = isRead ? await user.browser.get(session) : await user.browser.post(cartAdd, { sku: "tote" });
  if (!answer.ok) user.failed++;
  else if (isRead && !(await answer.json()).authenticated) user.signedOut++;
}

/** The ID of the secret that a cookie is sealed with stands in the seal. */
const secretIdOf = (cookie = "") => cookie.split("*")[1];

const users = Array.from(
  { length: USERS },
  (_, at): User => ({
    browser: createVisitor(),
    // A fifth does so before anything happens, and never again.
    signsInAgainAt: at % deployments.length,
    requests: 0,
    signedOut: 0,
    failed: 0,
  }),
);

/** Each of the users does this, some of them at a time. */
const everybody = <T>(work: (user: User) => Promise<T>) => forEach(users, 16, work);

it("two rotations of the secret while 200 users browse log nobody out; dropping the oldest ends exactly its own", async () => {
  const pair: [AppServer, AppServer] = [await start([oldest], "a"), await start([oldest], "b")];
  await everybody((user) => signIn(user, anyOf(pair)));
  const oldestId = secretIdOf(users[0]?.browser.cookie);

  for (const [at, list] of deployments.entries()) {
    const browsing = everybody(async (user) => {
      for (let context = 0; context < trialsOf("browsing"); context++) await browse(user, anyOf(pair));
      if (user.signsInAgainAt === at) await signIn(user, anyOf(pair));
      for (let context = 0; context < trialsOf("browsing"); context++) await browse(user, anyOf(pair));
    });
    // One server after the other is replaced while everybody browses on.
    pair[0] = await start(list, "a");
    pair[1] = await start(list, "b");
    await browsing;
  }
  const during = {
    requests: users.reduce((sum, { requests }) => sum + requests, 0),
    signedOut: users.reduce((sum, { signedOut }) => sum + signedOut, 0),
    failed: users.reduce((sum, { failed }) => sum + failed, 0),
  };

  const without = await start([newest, middle], "a");
  const afterwards = await everybody(async (user) => {
    const { authenticated } = await (await user.browser.get(without.session)).json();
    return { isItsOwn: secretIdOf(user.browser.cookie) === oldestId, isOver: !authenticated };
  });
  const numbers = {
    users: USERS,
    ...during,
    sealedWithOldest: countOf(afterwards, ({ isItsOwn }) => isItsOwn),
    endedWithIt: countOf(afterwards, ({ isItsOwn, isOver }) => isItsOwn && isOver),
    othersEnded: countOf(afterwards, ({ isItsOwn, isOver }) => !isItsOwn && isOver),
  };
  await record("secrets", numbers);
  expect(numbers).toMatchObject({ signedOut: 0, failed: 0, othersEnded: 0 });
  expect(numbers.endedWithIt).toBe(numbers.sealedWithOldest);
  // Some of both, or nothing was seen.
  expect(numbers.sealedWithOldest).toBeGreaterThanOrEqual(USERS / deployments.length);
  expect(numbers.sealedWithOldest).toBeLessThan(USERS);
});

itLeavesNoKeyWithoutTtl("secrets", () => test);
