import { MAX_ATTEMPTS } from "@carryover/session/internal/redis/update";
import { SessionBusy } from "@carryover/session/internal/store";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import { anonymousSession, countView, live, sessionInit } from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { addTote } from "../support/operations";
import { record } from "../support/record";
import { createServer, createServers } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

const CHANGES = 200;

it("100 adds and 100 views from three servers at once are all there", async () => {
  const runs = trialsOf("contention");
  const servers = createServers(test.env, "contention:");
  const [first] = servers;
  const gateway = test.cloud.gateway;

  const results = await repeat({ trials: runs, atOnce: 1 }, async () => {
    const { id } = live(await first.store().create(anonymousSession(sessionInit)));
    const requestsBefore = gateway.requests;
    const startedMs = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: CHANGES }, (_, at) => {
        const server = servers[at % servers.length] ?? first;
        return server
          .store()
          .update(id, at < CHANGES / 2 ? addTote : (session) => countView(session, server.name));
      }),
    );
    const ms = performance.now() - startedMs;
    const requests = gateway.requests - requestsBefore;
    const { session } = live(await first.store().peek(id));
    const adds = session.data.cart.lines[0]?.quantity ?? 0;
    const views = session.data.views.reduce((sum, [, count]) => sum + count, 0);
    return {
      kept: adds + views,
      confirmed: countOf(outcomes, ({ state }) => state === "live"),
      requests,
      ms,
    };
  });

  const numbers = {
    runs,
    allKept: countOf(results, ({ kept, confirmed }) => kept === CHANGES && confirmed === CHANGES),
    requestsPerChange: sum(results.map(({ requests }) => requests)) / runs / CHANGES,
    slowestMs: Math.round(Math.max(...results.map(({ ms }) => ms))),
  };
  await record("contention", numbers);
  expect(numbers.allKept).toBe(runs);
  expect(numbers.requestsPerChange).toBeLessThanOrEqual(4);
});

it("16 servers that make 50 changes each, one after the other, lose none, and make none that they refuse", async () => {
  const [writers, each] = [16, 50];
  const env = { ...test.env, sessionNamespace: "writers:" };
  const servers = Array.from({ length: writers }, (_, at) => createServer(`server-${at}`, env));
  const gateway = test.cloud.gateway;
  const { id } = live(await createServer("a", env).store().create(anonymousSession(sessionInit)));
  const requestsBefore = gateway.requests;

  const outcomes = await Promise.all(
    servers.map(async (server) => {
      let [made, refused] = [0, 0];
      for (let at = 0; at < each; at++) {
        // No fold and no rest: each change meets those of the fifteen others.
        const found = await server.store().update(id, addTote).catch(busy);
        if (found) made++;
        else refused++;
      }
      return { made, refused };
    }),
  );

  const { session } = live(await createServer("a", env).store().peek(id));
  const numbers = {
    changes: writers * each,
    made: sum(outcomes.map(({ made }) => made)),
    busy: sum(outcomes.map(({ refused }) => refused)),
    kept: session.data.cart.lines[0]?.quantity ?? 0,
    requestsPerChange: (gateway.requests - requestsBefore) / writers / each,
  };
  await record("writers", numbers);
  expect(numbers.kept).toBe(numbers.made);
  // How many are refused depends on how long a request takes beside the pauses: none on a quiet machine, and at most a fifth where
  // the pauses are nothing beside it. So do the requests, but they are bounded: a read, and the attempts.
  expect(numbers.busy).toBeLessThan(numbers.changes / 4);
  expect(numbers.requestsPerChange).toBeLessThanOrEqual(1 + MAX_ATTEMPTS);
});

function busy(error: unknown): null {
  if (error instanceof SessionBusy) return null;
  throw error;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

itLeavesNoKeyWithoutTtl("contention", () => test);
