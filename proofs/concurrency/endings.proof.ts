import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LiveSession } from "@/lib/test-session";
import { anonymousSession, live, sessionInit, signedInSession } from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl, keysOf, liveSessionsOf } from "../support/kept-keys";
import { operations } from "../support/operations";
import { record } from "../support/record";
import { anyOf, createServers, type Server } from "../support/server";
import { countOf, repeat, trialsOf } from "../support/trials";
import { createMeeting } from "./meeting";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

const trials = trialsOf("endings");
const ofUser = () => signedInSession({ id: crypto.randomUUID(), name: "ada" }, null, sessionInit);
const ofVisitor = () => anonymousSession(sessionInit);

interface Ending {
  readonly name: string;
  readonly draft: typeof ofUser;
  /** The session that goes on in its place, if any. */
  end(server: Server, session: LiveSession): Promise<LiveSession | null>;
}

const endings: readonly Ending[] = [
  {
    name: "log-out",
    draft: ofUser,
    async end(server, { id }) {
      expect(await server.store().destroy(id)).toBe(true);
      return null;
    },
  },
  {
    name: "revoke",
    draft: ofUser,
    async end(server, { id, session }) {
      expect(await server.store().destroyAll(session.user?.id ?? "", [id])).toBe(1);
      return null;
    },
  },
  {
    name: "rotation",
    draft: ofVisitor,
    async end(server, old) {
      const user = { id: crypto.randomUUID(), name: "ada" };
      return live(await server.store().rotate(old, (now) => signedInSession(user, now, sessionInit)));
    },
  },
];

describe.each(endings)("an operation that meets a $name", ({ name, draft, end }) => {
  it.each(Object.keys(operations))("%s revives nothing and claims nothing", async (operationName) => {
    const operation = operations[operationName];
    if (!operation) throw new Error(operationName);
    const namespace = `${name}-${operationName.replace(" ", "-")}:`;
    const servers = createServers(test.env, namespace);

    const meeting = createMeeting();
    const goesOn = new Set<string>();
    const results = await repeat({ trials, atOnce: 40 }, async () => {
      const begun = live(await anyOf(servers).store().create(draft()));
      const [met, next] = await meeting.bring(
        () => operation(anyOf(servers).store(), begun.id),
        () => end(anyOf(servers), begun),
      );
      meeting.learn(met.state === "live" ? "one" : "other");
      const [after, revived] = await Promise.all([
        operation(anyOf(servers).store(), begun.id),
        anyOf(servers).store().peek(begun.id),
      ]);
      if (next) goesOn.add(next.id).add(next.session.user?.id ?? "");
      // What was confirmed about the cart before a rotation is in the session that goes on.
      const isLost = next !== null && met.state === "live" && cartOf(next) !== cartOf(met);
      return { met: met.state, after: after.state, revived: revived.state, isLost };
    });
    const kept = [
      ...(await liveSessionsOf(test.direct, namespace)),
      ...(await keysOf(test.direct, `${namespace}user-sessions:`)),
    ];

    const numbers = {
      trials,
      operationFirst: countOf(results, ({ met }) => met === "live"),
      endFirst: countOf(results, ({ met }) => met === "ended"),
      keysLeft: countOf(kept, (key) => !goesOn.has(key.slice(key.lastIndexOf(":") + 1))),
      falseSuccesses: countOf(results, ({ after }) => after === "live"),
      revived: countOf(results, ({ revived }) => revived === "live"),
      lost: countOf(results, ({ isLost }) => isLost),
    };
    await record(`${name}--${operationName.replace(" ", "-")}`, numbers);
    expect(numbers).toMatchObject({ keysLeft: 0, falseSuccesses: 0, revived: 0, lost: 0 });
    // They did race: each came first now and then.
    expect(Math.min(numbers.operationFirst, numbers.endFirst)).toBeGreaterThan(0);
    expect(numbers.operationFirst + numbers.endFirst).toBe(trials);
  });
});

const cartOf = ({ session }: LiveSession) => JSON.stringify(session.data.cart);

itLeavesNoKeyWithoutTtl("endings", () => test);
