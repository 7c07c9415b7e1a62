import type { NoSession } from "@carryover/session/internal/store";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LiveSession } from "@/lib/test-session";
import { live, sessionInit, signedInSession } from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl, liveSessionsOf } from "../support/kept-keys";
import { record } from "../support/record";
import { anyOf, createServers, type Server } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

type Servers = readonly [Server, Server, Server];

const signIn = (servers: Servers, userId: string) =>
  anyOf(servers)
    .store()
    .create(signedInSession({ id: userId, name: "ada" }, null, sessionInit));

const listedOf = async (servers: Servers, userId: string) =>
  new Set((await anyOf(servers).store().list(userId)).map(({ id }) => String(id)));

/** What really lives in a namespace, by Redis itself. */
const livingIn = async (namespace: string) =>
  new Set((await liveSessionsOf(test.direct, namespace)).map((key) => key.slice(-43)));

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((each) => other.has(each));

const isLive = (found: LiveSession | NoSession): found is LiveSession => found.state === "live";

it("30 sign-ins of one user at once leave exactly 25 sessions, and the list is the truth", async () => {
  const trials = trialsOf("caps");
  const results = await repeat({ trials, atOnce: 2 }, async (at) => {
    const namespace = `cap-${at}:`;
    const servers = createServers(test.env, namespace);
    const userId = crypto.randomUUID();
    await Promise.all(Array.from({ length: 30 }, () => signIn(servers, userId)));
    const living = await livingIn(namespace);
    return { living: living.size, isTrue: isSame(living, await listedOf(servers, userId)) };
  });
  const numbers = {
    trials,
    exactly25: countOf(results, ({ living }) => living === 25),
    listIsTruth: countOf(results, ({ isTrue }) => isTrue),
  };
  await record("cap", numbers);
  expect(numbers).toEqual({ trials, exactly25: trials, listIsTruth: trials });
});

it("whoever signs in while the others are ended is ended, or listed", async () => {
  const trials = trialsOf("revocations");
  const results = await repeat({ trials, atOnce: 2 }, async (at) => {
    const namespace = `revoke-${at}:`;
    const servers = createServers(test.env, namespace);
    const userId = crypto.randomUUID();
    const mine = live(await signIn(servers, userId));
    const endOthers = async () => {
      const store = anyOf(servers).store();
      const others = (await store.list(userId)).map(({ id }) => id).filter((id) => id !== mine.id);
      return store.destroyAll(userId, others);
    };
    // Two sign in again and again, while the others are ended, and once more when that is done.
    const begun = [await signIn(servers, userId)];
    let isUnderWay = true;
    const signInOften = async () => {
      while (isUnderWay && begun.length < 20) begun.push(await signIn(servers, userId));
      begun.push(await signIn(servers, userId));
    };
    const endTwice = async () => {
      const ended = (await endOthers()) + (await endOthers());
      isUnderWay = false;
      return ended;
    };
    const [ended] = await Promise.all([endTwice(), signInOften(), signInOften()]);
    const living = await livingIn(namespace);
    const listed = await listedOf(servers, userId);
    // Once nobody signs in any more, ending the others ends all of them.
    await endOthers();
    return {
      survivors: countOf(begun.filter(isLive), ({ id }) => living.has(id)),
      ended,
      unlisted: countOf([...living], (id) => !listed.has(id)),
      isAlone: isSame(await livingIn(namespace), new Set([mine.id])),
    };
  });
  const numbers = {
    trials,
    endedMeanwhile: results.reduce((sum, { ended }) => sum + ended, 0),
    begunMeanwhile: results.reduce((sum, { survivors }) => sum + survivors, 0),
    unlisted: results.reduce((sum, { unlisted }) => sum + unlisted, 0),
    survivedTheLast: countOf(results, ({ isAlone }) => !isAlone),
  };
  await record("revoke-others", numbers);
  expect(numbers).toMatchObject({ unlisted: 0, survivedTheLast: 0 });
  // They did meet: some were ended and some were not.
  expect(Math.min(numbers.endedMeanwhile, numbers.begunMeanwhile)).toBeGreaterThan(0);
});

itLeavesNoKeyWithoutTtl("user-sessions", () => test);
