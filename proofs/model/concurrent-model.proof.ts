import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { Session } from "@/lib/test-session";
import { sessionCodec } from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { type Command, concurrentHistories, userNames } from "./history";
import { createPlayer, type Outcome, type Player } from "./history-player";
import { MAX_USER_SESSIONS } from "./session-model";

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

/** What was acknowledged of a session. */
interface Ledger {
  readonly began: Session;
  /** The session that it took the place of. */
  readonly from: number | null;
  adds: number;
  views: number;
  /** Ends that were confirmed to a caller: rotations that won, log-outs that ended it. */
  ends: number;
  hasRunOut: boolean;
  isRevoked: boolean;
}

const addsOf = ({ data: { cart } }: Session) => cart.lines.reduce((sum, { quantity }) => sum + quantity, 0);
const viewsOf = ({ data: { views } }: Session) => views.reduce((sum, [, count]) => sum + count, 0);

/** What a session has to show for what was acknowledged. */
const owed = ({ began, adds, views }: Ledger) => ({
  adds: addsOf(began) + adds,
  views: viewsOf(began) + views,
});

function write(ledgers: Ledger[], command: Command, outcome: Outcome): void {
  if (outcome.was === "begun" && outcome.found.state === "live") {
    const { from, as, found } = outcome;
    const nothing = { adds: 0, views: 0, ends: 0, hasRunOut: false, isRevoked: false };
    ledgers[as] = { began: found.session, from, ...nothing };
    const old = from === null ? undefined : ledgers[from];
    if (old) old.ends++;
  }
  for (const at of outcome.was === "revoked" ? outcome.ats : []) {
    const revoked = ledgers[at];
    if (revoked) revoked.isRevoked = true;
  }
  const ledger = "at" in outcome ? ledgers[outcome.at] : undefined;
  if (!ledger) return;
  if (outcome.was === "found" && outcome.found.state === "live") {
    if (command.do === "add") ledger.adds++;
    if (command.do === "view") ledger.views++;
  }
  if (outcome.was === "ended" && outcome.endedNow) ledger.ends++;
  if (outcome.was === "run out") ledger.hasRunOut = true;
}

/** What a session took over: the whole cart of the one before it, of the same user or a visitor's, and nothing else. */
function expectCarried(ledgers: readonly Ledger[], { began, from }: Ledger): void {
  const old = from === null ? undefined : ledgers[from];
  // What ran out meanwhile could not be claimed: nobody says what was in it at its end.
  if (!old || old.hasRunOut) return;
  const isCarried = !old.began.user || old.began.user.id === began.user?.id;
  expect(addsOf(began)).toBe(isCarried ? owed(old).adds : 0);
}

async function expectTruth(player: Player, ledgers: readonly Ledger[]): Promise<void> {
  const live = new Map<string, string[]>();
  for (const [at, ledger] of ledgers.entries()) {
    const id = player.begun[at]?.id;
    if (!id) throw new Error("A session has a ledger and never began.");
    const { text, ttlMs } = await player.kept(id);
    const session = sessionCodec.decode(text ?? "")?.session;
    expect([at, ledger.ends]).toEqual([at, Math.min(1, ledger.ends)]);
    if (text !== null) expect(ttlMs).toBeGreaterThan(0);
    if (!session) continue;
    const { ends, hasRunOut, isRevoked } = ledger;
    expect({ at, ends, hasRunOut, isRevoked }).toEqual({ at, ends: 0, hasRunOut: false, isRevoked: false });
    expect([at, addsOf(session), viewsOf(session)]).toEqual([at, owed(ledger).adds, owed(ledger).views]);
    if (session.user) live.set(session.user.id, [...(live.get(session.user.id) ?? []), id]);
  }
  for (const user of userNames) {
    const listed = (await player.store().list(user)).map(({ id }) => id);
    expect(listed.length).toBeLessThanOrEqual(MAX_USER_SESSIONS);
    expect(listed.sort()).toEqual((live.get(user) ?? []).sort());
  }
}

it("whatever is done at once, nothing acknowledged is lost or doubled, nothing ended lives, and the list is the truth", async () => {
  let commands = 0;
  const numRuns = inject("isLongRun") ? 1000 : 40;
  await fc.assert(
    fc.asyncProperty(concurrentHistories, async (history) => {
      const player = createPlayer(test);
      const ledgers: Ledger[] = [];
      for (const batch of history) {
        const before = ledgers.length;
        const outcomes = await Promise.all(batch.map((command) => player.play(command)));
        for (const [at, outcome] of outcomes.entries()) {
          const command = batch[at];
          if (command) write(ledgers, command, outcome);
        }
        for (const ledger of ledgers.slice(before)) expectCarried(ledgers, ledger);
        await expectTruth(player, ledgers);
        commands += batch.length;
      }
      // None is left over that was never confirmed.
      expect(player.begun.map(({ id }) => id)).toEqual(expect.arrayContaining(await player.live()));
    }),
    { numRuns },
  );
  await record("concurrent-model", { histories: numRuns, commands, violations: 0 });
});

itLeavesNoKeyWithoutTtl("concurrent-model", () => test);
