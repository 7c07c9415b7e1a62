import { afterAll, beforeAll, describe, it, vi } from "vitest";
import { startTestEnv, type TestEnv } from "@/lib/redis/test-env";
import type { Fields } from "@/lib/request/test-visitor";
import type { Fault } from "@/local-cloud/faults/fault";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { type AppServer, startAppServer } from "./app-server";
import { itLeavesNoKeyWithoutTtl } from "./kept-keys";
import { createAccount, createShopper, password, reachOf } from "./reach";
import { record } from "./record";
import { countOf, isLongRun, trialsOf } from "./trials";

let test: TestEnv;
/** Everybody comes to this one afterwards. */
let healthy: AppServer;
/** Those that die, one for each rotation: behind a proxy of its own. */
const dying = new Map<Rotation, { server: AppServer; proxy: FaultProxy }>();
// Every death is an outage to the dying server, and it says so.
vi.spyOn(console, "error").mockImplementation(() => {});

beforeAll(async () => {
  test = await startTestEnv({ SIGN_IN_LIMIT: "1000000" });
  healthy = await startAppServer({ ...test.variables, SESSION_DEADLINE_MS: "10000", INSTANCE_NAME: "b" });
  for (const rotation of rotations) {
    const proxy = await startFaultProxy({ target: test.cloud.url });
    const variables = { ...test.variables, UPSTASH_REDIS_REST_URL: proxy.url, SESSION_DEADLINE_MS: "500" };
    dying.set(rotation, { proxy, server: await startAppServer({ ...variables, INSTANCE_NAME: "a" }) });
  }
});
afterAll(async () => {
  await Promise.all([...dying.values()].map(({ proxy }) => proxy.close()));
  await test?.stop();
});

interface Rotation {
  readonly name: string;
  /** Whether the cart is a signed-in user's already. */
  readonly isSignedIn: boolean;
  fields(username: string): Fields;
  door(server: AppServer): AppServer["login"];
}

const rotations: readonly Rotation[] = [
  {
    name: "a visitor becomes a guest",
    isSignedIn: false,
    fields: () => ({}),
    door: ({ guest }) => guest,
  },
  {
    name: "a visitor logs in",
    isSignedIn: false,
    fields: (username) => ({ username, password }),
    door: ({ login }) => login,
  },
  {
    name: "a visitor registers",
    isSignedIn: false,
    fields: (username) => ({ username: `new-${username}`, password }),
    door: ({ register }) => register,
  },
  {
    name: "a user logs in again",
    isSignedIn: true,
    fields: (username) => ({ username, password }),
    door: ({ login }) => login,
  },
  {
    name: "a user changes the password",
    isSignedIn: true,
    fields: () => ({ current: password, next: "staple horse battery" }),
    door: ({ password }) => password,
  },
];

/** Rotates at a server that meets `fault` at its k-th request to Redis, and nothing but silence from then on. */
async function rotate(rotation: Rotation, at?: { k: number; fault: Fault }) {
  const { server, proxy } = dying.get(rotation) ?? raise(`no server for ${rotation.name}`);
  const user = await createAccount(test);
  const { browser, totes } = await createShopper({
    test,
    server: healthy,
    user: rotation.isSignedIn ? user : null,
  });
  if (at) {
    proxy.next(null, at.k - 1);
    proxy.next(at.fault);
    proxy.always("hang");
  }
  const before = proxy.passed;
  const heldCookie = browser.cookie;
  const answer = await browser.post(rotation.door(server), rotation.fields(user.name));
  proxy.always(null);
  // A process that died answers nothing: the browser keeps what it had.
  if (at) browser.cookie = heldCookie;
  return {
    answer,
    requests: proxy.passed - before,
    reach: await reachOf({ test, server: healthy, browser, totes }),
  };
}

function raise(message: string): never {
  throw new Error(message);
}

describe("the cart is in exactly one session that a browser holds, or in one that is listed, when the server dies", () => {
  it.concurrent.for(rotations)("while $name", async (rotation, { expect }) => {
    // Once to see Redis' scripts known, and once to count.
    await rotate(rotation);
    const whole = await rotate(rotation);
    expect(whole.answer.ok).toBe(true);
    expect(whole.reach).toEqual({ held: 1, listed: 0, unknown: 0 });

    const faults: readonly Fault[] = ["hang", "hang-after-send"];
    const results = [];
    // The four last ones are the rotation itself. Before it, nothing has happened yet: the long form sees to that, too.
    for (let k = isLongRun() ? 1 : whole.requests - 3; k <= whole.requests; k++) {
      for (const fault of faults) {
        for (let trial = 0; trial < trialsOf("deaths"); trial++) {
          results.push({ k, fault, ...(await rotate(rotation, { k, fault })).reach });
        }
      }
    }
    const numbers = {
      trials: results.length,
      // The old session is as it was; a new one may wait on the user's list until it is idle for long enough.
      heldByTheBrowser: countOf(results, ({ held }) => held === 1),
      heldAndListed: countOf(results, ({ held, listed }) => held === 1 && listed === 1),
      // The old session was claimed, and the answer with the new ID never reached the browser.
      onlyListed: countOf(results, ({ held, listed }) => held === 0 && listed === 1),
      inNone: countOf(results, ({ held, listed }) => held + listed === 0),
      heldTwice: countOf(results, ({ held }) => held > 1),
      unknown: countOf(results, ({ unknown }) => unknown > 0),
    };
    await record(`death-${rotation.name.replaceAll(" ", "-")}`, numbers);
    expect(numbers).toMatchObject({ inNone: 0, heldTwice: 0, unknown: 0 });
    expect(numbers.heldByTheBrowser + numbers.onlyListed).toBe(numbers.trials);
    expect(Math.min(numbers.heldByTheBrowser, numbers.onlyListed)).toBeGreaterThan(0);
  });
});

itLeavesNoKeyWithoutTtl("death", () => test);
