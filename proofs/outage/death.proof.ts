import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import type { Fields } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, describe, it, vi } from "vitest";
import type { Fault } from "@/local-cloud/faults/fault";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { poll } from "@/local-cloud/processes/poll";
import { type AppServer, startAppServer } from "../support/app-server";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { countOf, isLongRun, trialsOf } from "../support/trials";
import { createAccount, createShopper, password, reachOf } from "./reach";

// Who is dead cleans up nothing.
vi.mock("@carryover/session/internal/redis/clean-up", () => ({ cleanUp: async () => {} }));

/** A server behind a proxy of its own. */
interface Dying {
  readonly server: AppServer;
  readonly proxy: FaultProxy;
  /** Requests to Redis since it was set to 0. */
  requests: number;
  /** The request that meets a fault; after it, none is sent. */
  death: { readonly k: number; readonly fault: Fault } | null;
}

let test: TestEnv;
/** Everybody comes to this one afterwards. */
let healthy: AppServer;
/** Those that die, one for each rotation: behind a proxy of its own. */
const dying = new Map<Rotation, Dying>();
// Every death is an outage to the dying server, and it says so.
vi.spyOn(console, "error").mockImplementation(() => {});

beforeAll(async () => {
  test = await startTestEnv({ SIGN_IN_LIMIT: "1000000" });
  healthy = await startAppServer({ ...test.variables, SESSION_DEADLINE_MS: "10000", INSTANCE_NAME: "b" });
  for (const rotation of rotations) dying.set(rotation, await startDying());
});
afterAll(async () => {
  await Promise.all([...dying.values()].map(({ proxy }) => proxy.close()));
  await test?.stop();
});

async function startDying(): Promise<Dying> {
  const affects = () => {
    const { death, requests } = one;
    one.requests = requests + 1;
    if (!death || one.requests < death.k) return false;
    one.proxy.always(one.requests === death.k ? death.fault : "hang");
    return true;
  };
  const proxy = await startFaultProxy({ target: test.cloud.url, affects });
  const variables = { ...test.variables, UPSTASH_REDIS_REST_URL: proxy.url, INSTANCE_NAME: "a" };
  const one: Dying = { proxy, server: await startAppServer(variables), requests: 0, death: null };
  return one;
}

interface Rotation {
  readonly name: string;
  /** Whether the cart is a signed-in user's already. */
  readonly isSignedIn: boolean;
  fields(username: string): Fields;
  endpoint(server: AppServer): AppServer["login"];
}

const rotations: readonly Rotation[] = [
  {
    name: "a visitor becomes a guest",
    isSignedIn: false,
    fields: () => ({}),
    endpoint: ({ guest }) => guest,
  },
  {
    name: "a visitor logs in",
    isSignedIn: false,
    fields: (username) => ({ username, password }),
    endpoint: ({ login }) => login,
  },
  {
    name: "a visitor registers",
    isSignedIn: false,
    fields: (username) => ({ username: `new-${username}`, password }),
    endpoint: ({ register }) => register,
  },
  {
    name: "a user logs in again",
    isSignedIn: true,
    fields: (username) => ({ username, password }),
    endpoint: ({ login }) => login,
  },
  {
    name: "a user changes the password",
    isSignedIn: true,
    fields: () => ({ current: password, next: "staple horse battery" }),
    endpoint: ({ password }) => password,
  },
];

/** Rotates at a server that dies at its k-th request to Redis: before it is sent, or before it is answered. */
async function rotate(rotation: Rotation, death: Dying["death"] = null) {
  const one = dying.get(rotation) ?? raise(`no server for ${rotation.name}`);
  const user = await createAccount(test);
  const shopper = { test, server: healthy, user: rotation.isSignedIn ? user : null };
  const { browser, totes } = await createShopper(shopper);
  const heldCookie = browser.cookie;
  Object.assign(one, { requests: 0, death });
  const answer = await browser.post(rotation.endpoint(one.server), rotation.fields(user.name));
  // Who died answers nothing: the browser keeps what it had.
  if (death) browser.cookie = heldCookie;
  const reach = await reachOf({ test, server: healthy, browser, totes });
  return { isOk: answer.ok, requests: one.requests, reach };
}

function raise(message: string): never {
  throw new Error(message);
}

describe("the cart is in exactly one session that a browser holds, or in one that is listed, when the server dies", () => {
  it.concurrent.for(rotations)("while $name", async (rotation, { expect }) => {
    // The first ones load what the others find loaded, and make scripts known to Redis.
    await poll("a rotation in time", async () => (await rotate(rotation)).isOk);
    const whole = await rotate(rotation);
    expect(whole.isOk).toBe(true);
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
