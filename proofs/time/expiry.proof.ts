import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anonymousSession, live, sessionInit } from "@/lib/test-session";
import { poll } from "@/local-cloud/processes/poll";
import { pause } from "../concurrency/meeting";
import { keysOf } from "../support/kept-keys";
import { operations } from "../support/operations";
import { record } from "../support/record";
import { anyOf, createServers } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

const trials = trialsOf("endings");
const shortLived = anonymousSession({ ...sessionInit, idleSeconds: 1 });

describe("an operation at the moment of expiry", () => {
  it.concurrent.each(Object.keys(operations))(
    "%s revives nothing and claims nothing",
    async (operationName) => {
      const operation = operations[operationName];
      if (!operation) throw new Error(operationName);
      const namespace = `expiry-${operationName.replace(" ", "-")}:`;
      const servers = createServers(test.env, namespace);

      // How much earlier than the moment to set off, so as to arrive at it: learned on the way.
      let leadMs = 30;
      const results = await repeat({ trials, atOnce: 40 }, async () => {
        await pause(Math.random() * 1000);
        const { id, nowMs, ttlMs } = live(await anyOf(servers).store().create(shortLived));
        // The moment itself is what is tried, so a clock is waited for and not a condition. Redis' clock is this machine's.
        await pause(nowMs + ttlMs - Date.now() - leadMs * 2 * Math.random());
        const [watched, met] = await Promise.all([
          anyOf(servers).store().peek(id),
          operation(anyOf(servers).store(), id),
        ]);
        leadMs = Math.max(4, leadMs + (met.state === "live" ? -1 : 1));
        if (watched.state === "live" && met.state === "live") return { met: "live", again: null, key: null };
        // One of the two got the answer that it is over: from now on nothing may say otherwise.
        const again = await operation(anyOf(servers).store(), id);
        return {
          met: met.state,
          again: again.state,
          key: await test.direct.get(`${namespace}session:${id}`),
        };
      });

      // Those that were in time live for a second more, and go.
      await poll("the last ones to go", async () => (await keysOf(test.direct, namespace)).length === 0);
      const numbers = {
        trials,
        inTime: countOf(results, ({ met }) => met === "live"),
        tooLate: countOf(results, ({ met }) => met === "absent"),
        keysLeft: countOf(results, ({ key }) => key !== null),
        falseSuccesses: countOf(results, ({ again }) => again !== null && again !== "absent"),
      };
      await record(`expiry--${operationName.replace(" ", "-")}`, numbers);
      expect(numbers).toMatchObject({ keysLeft: 0, falseSuccesses: 0 });
      // The moment was met: some came before it and some after.
      expect(Math.min(numbers.inTime, numbers.tooLate)).toBeGreaterThan(0);
      expect(numbers.inTime + numbers.tooLate).toBe(trials);
    },
  );
});

it("leaves nothing at all", async () => {
  expect(await keysOf(test.direct)).toEqual([]);
});
