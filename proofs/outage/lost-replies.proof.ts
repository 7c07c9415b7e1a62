import { createScript, destroyScript, saveScript } from "@carryover/session/internal/redis/scripts/lua";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anonymousSession, countView, live, sessionInit, signedInSession } from "@/lib/test-session";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { itLeavesNoKeyWithoutTtl, keysOf } from "../support/kept-keys";
import { addTote } from "../support/operations";
import { record } from "../support/record";
import { sendsScript } from "../support/sends-script";
import { createServer, type Server } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

const LANES = 8;
const faults = ["reply-lost", "reset-after-send", "truncated"] as const;

interface Lane {
  /** Loses the next answer to the script in question. */
  readonly proxy: FaultProxy;
  /** Behind the proxy. */
  readonly unlucky: Server;
  /** Another one, that reaches the gateway. */
  readonly lucky: Server;
}

/** Trials side by side, each lane with a proxy of its own; every trial loses the answer to its first request of `script`. */
async function losing<T>(
  { script, namespace, trials }: { script: string; namespace: string; trials: number },
  trial: (lane: Lane) => Promise<T>,
): Promise<{ results: T[]; lostAnswers: number }> {
  const env = { ...test.env, sessionNamespace: namespace };
  const lanes = await Promise.all(
    Array.from({ length: LANES }, async () => {
      const proxy = await startFaultProxy({ target: env.redisRestUrl, affects: sendsScript(script) });
      const unlucky = createServer("a", { ...env, redisRestUrl: proxy.url });
      return { proxy, unlucky, lucky: createServer("b", env) };
    }),
  );
  try {
    const free = [...lanes];
    const results = await repeat({ trials, atOnce: LANES }, async (at) => {
      const lane = free.pop();
      if (!lane) throw new Error("more trials at once than lanes");
      lane.proxy.next(faults[at % faults.length] ?? "reply-lost");
      const result = await trial(lane);
      free.push(lane);
      return result;
    });
    return { results, lostAnswers: lanes.reduce((sum, { proxy }) => sum + proxy.injected, 0) };
  } finally {
    await Promise.all(lanes.map(({ proxy }) => proxy.close()));
  }
}

describe("the answer to a write is lost", () => {
  const trials = trialsOf("lostReplies");

  it("a change is made once, also when another server changes the session meanwhile", async () => {
    const { results, lostAnswers } = await losing(
      { script: saveScript, namespace: "lost-update:", trials },
      async ({ unlucky, lucky }) => {
        const { id } = live(await lucky.store().create(anonymousSession(sessionInit)));
        const [answer, other] = await Promise.all([
          unlucky.store().update(id, addTote),
          lucky.store().update(id, (session) => countView(session, "b")),
        ]);
        const { session } = live(await lucky.store().peek(id));
        return {
          isConfirmed: answer.state === "live" && other.state === "live",
          totes: session.data.cart.lines[0]?.quantity ?? 0,
          views: session.data.views[0]?.[1] ?? 0,
          revision: session.revision,
        };
      },
    );
    const numbers = {
      trials,
      lostAnswers,
      lost: countOf(results, ({ isConfirmed, totes, views }) => !isConfirmed || totes < 1 || views < 1),
      doubled: countOf(results, ({ totes, views, revision }) => totes > 1 || views > 1 || revision > 3),
    };
    await record("lost-update", numbers);
    expect(numbers).toEqual({ trials, lostAnswers: trials, lost: 0, doubled: 0 });
  });

  it("a session begins once, and is listed once", async () => {
    const namespace = "lost-begin:";
    const { results, lostAnswers } = await losing(
      { script: createScript, namespace, trials },
      async ({ unlucky, lucky }) => {
        const user = { id: crypto.randomUUID(), name: "ada" };
        const begun = await unlucky.store().create(signedInSession(user, null, sessionInit));
        const listed = await lucky.store().list(user.id);
        return { isThere: begun.state === "live" && listed[0]?.id === begun.id, count: listed.length };
      },
    );
    const keys = await keysOf(test.direct, `${namespace}session:`);
    const numbers = {
      trials,
      lostAnswers,
      lost: countOf(results, ({ isThere }) => !isThere),
      doubled: countOf(results, ({ count }) => count > 1) + keys.length - trials,
    };
    await record("lost-begin", numbers);
    expect(numbers).toEqual({ trials, lostAnswers: trials, lost: 0, doubled: 0 });
  });

  it("an end is confirmed to the caller who made it, and to no other", async () => {
    const { results, lostAnswers } = await losing(
      { script: destroyScript, namespace: "lost-end:", trials },
      async ({ unlucky, lucky }) => {
        const { id } = live(await lucky.store().create(anonymousSession(sessionInit)));
        const confirmed = await unlucky.store().destroy(id);
        const again = await lucky.store().destroy(id);
        return { confirmed, again, state: (await lucky.store().get(id)).state };
      },
    );
    const numbers = {
      trials,
      lostAnswers,
      lost: countOf(results, ({ confirmed, state }) => !confirmed || state !== "ended"),
      doubled: countOf(results, ({ again }) => again),
    };
    await record("lost-end", numbers);
    expect(numbers).toEqual({ trials, lostAnswers: trials, lost: 0, doubled: 0 });
  });
});

itLeavesNoKeyWithoutTtl("lost-replies", () => test);
