import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anonymousSession, live, sessionInit, setIdle } from "@/lib/test-session";
import { createMeeting } from "../concurrency/meeting";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { anyOf, createServers } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

describe("reads that meet a change of the idle timeout leave the new one in force", () => {
  it.each([
    { name: "shortened", from: 3600, to: 60 },
    { name: "lengthened", from: 60, to: 3600 },
  ])("$name", async ({ name, from, to }) => {
    const trials = trialsOf("ttlChanges");
    const namespace = `${name}:`;
    const servers = createServers(test.env, namespace);
    const meeting = createMeeting();
    const results = await repeat({ trials, atOnce: 40 }, async () => {
      const begun = await anyOf(servers)
        .store()
        .create(anonymousSession({ ...sessionInit, idleSeconds: from }));
      const { id } = live(begun);
      const [read, changed] = await meeting.bring(
        () => anyOf(servers).store().get(id),
        () =>
          anyOf(servers)
            .store()
            .update(id, (session) => setIdle(session, to)),
      );
      const isReadFirst = live(read).session.idleSeconds === from;
      meeting.learn(isReadFirst ? "one" : "other");
      const ttlMs = await test.direct.pTTL(`${namespace}session:${id}`);
      // What was acknowledged is the new timeout, so the TTL is that, less the moment since.
      const isRight = live(changed).session.idleSeconds === to && ttlMs <= to * 1000 && ttlMs > to * 900;
      return { isReadFirst, isRight };
    });
    const numbers = {
      trials,
      readFirst: countOf(results, ({ isReadFirst }) => isReadFirst),
      wrong: countOf(results, ({ isRight }) => !isRight),
    };
    await record(`ttl-change-${name}`, numbers);
    expect(numbers.wrong).toBe(0);
    expect(numbers.readFirst).toBeGreaterThan(0);
    expect(numbers.readFirst).toBeLessThan(trials);
  });
});

itLeavesNoKeyWithoutTtl("clocks", () => test);
