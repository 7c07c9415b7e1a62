import { createSessionCodec } from "@carryover/session/internal/codec";
import type { SessionId } from "@carryover/session/internal/session-id";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { session as definition } from "@/lib/session-definition";
import { anonymousSession, live, type Session, sessionCodec, sessionInit } from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { addTote } from "../support/operations";
import { record } from "../support/record";
import { createServer } from "../support/server";
import { trialsOf } from "../support/trials";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

const writes = trialsOf("schemaWrites");
const thisVersion = sessionCodec.encode(anonymousSession(sessionInit), []).v;

/** The next build: it counts wishes, in a field of its own and in one of its own within the cart. */
const nextCodec = createSessionCodec({
  ...definition,
  version: thisVersion + 1,
  migrations: { [thisVersion]: (older) => ({ ...older, wishes: 0 }) },
});
const countOf = (value: unknown) => (typeof value === "number" ? value : 0);
const wish = (session: Session): Session => ({
  ...session,
  data: {
    ...session.data,
    wishes: countOf(session.data.wishes) + 1,
    cart: { ...session.data.cart, wishes: countOf(session.data.cart.wishes) + 1 },
  },
});

/** This build's server and the next build's, on one session that this one began. */
async function twoBuilds(namespace: string) {
  const env = { ...test.env, sessionNamespace: namespace };
  const [here, next] = [createServer("a", env), createServer("b", env, nextCodec)];
  const { id } = live(await here.store().create(anonymousSession(sessionInit)));
  const write = (at: number) =>
    at % 2 === 0 ? here.store().update(id, addTote) : next.store().update(id, wish);
  return { id, here, next, write };
}

/** What is really in Redis. */
async function keptOf(namespace: string, id: SessionId) {
  const { v, revision, wishes, cart } = JSON.parse(
    (await test.direct.get(`${namespace}session:${id}`)) ?? "{}",
  );
  return { v, revision, wishes, wishesInCart: cart.wishes, totes: cart.lines[0].quantity };
}

describe("two builds with different schemas write to one session, and no field of either is lost", () => {
  const allThere = {
    v: thisVersion + 1,
    revision: writes + 1,
    wishes: writes / 2,
    wishesInCart: writes / 2,
    totes: writes / 2,
  };

  it("in turn", async () => {
    const { id, write } = await twoBuilds("turns:");
    for (let at = 0; at < writes; at++) live(await write(at));
    const kept = await keptOf("turns:", id);
    await record("schema", { writes, kept: kept.totes + kept.wishes });
    expect(kept).toEqual(allThere);
  });

  it("at once", async () => {
    const { id, write } = await twoBuilds("at-once:");
    await Promise.all(Array.from({ length: writes }, (_, at) => write(at)));
    const { revision, ...kept } = await keptOf("at-once:", id);
    await record("schema-at-once", { writes, kept: kept.totes + kept.wishes });
    // Changes of one server at once go together in one write.
    expect(revision).toBeLessThanOrEqual(allThere.revision);
    expect({ ...kept, revision: allThere.revision }).toEqual(allThere);
  });
});

itLeavesNoKeyWithoutTtl("schema", () => test);
