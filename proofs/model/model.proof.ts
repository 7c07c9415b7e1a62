import type { NoSession } from "@carryover/session/internal/store";
import { startTestEnv, type TestEnv } from "@carryover/session/internal/testing/test-env";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { addToCart } from "@/lib/cart/cart";
import type { LiveSession } from "@/lib/test-session";
import {
  changeCart,
  countView,
  type Session,
  type SessionDraft,
  sessionCodec,
  setIdle,
} from "@/lib/test-session";
import { itLeavesNoKeyWithoutTtl } from "../support/kept-keys";
import { record } from "../support/record";
import { type Command, histories, userNames } from "./history";
import { AGED_MS, createPlayer, type Outcome, type Player, serverNames } from "./history-player";
import * as model from "./session-model";

/** No more time than this goes by between a command and the check of its result, however busy the machine is. */
const SLACK_MS = 20_000;

let test: TestEnv;

beforeAll(async () => {
  test = await startTestEnv({ SESSION_DEADLINE_MS: "10000" });
});
afterAll(() => test?.stop());

/** The model after a command on the session `at`. */
function follow(before: model.Model, command: Command, at: number): model.Model {
  switch (command.do) {
    case "open":
      return model.context(before, at);
    case "add":
      return model.change(before, at, (draft) => changeCart(draft, (cart) => addToCart(cart, "tote", 1)));
    case "view":
      return model.change(before, at, (draft) => countView(draft, serverNames[command.server] ?? "a"));
    case "set idle":
      return model.change(before, at, (draft) => setIdle(draft, command.idleSeconds));
    case "end":
      return model.end(before, at);
    case "run out":
      return model.runOut(before, at);
    case "age":
      return model.age(before, at, AGED_MS);
    default:
      return before;
  }
}

/** The model after a session has begun, or has not because the one it was to replace had ended. */
function followBegin(
  before: model.Model,
  command: Command,
  { from, place }: { from: number | null; place: number },
) {
  if (command.do === "renew" && from !== null) return model.renew(before, from, place);
  if (command.do === "sign in" && from !== null) {
    return model.rotate(before, from, { user: model.userOf(command.user), place });
  }
  if (command.do === "begin") return model.begin(before, model.draftOf(command), place);
  return before;
}

const draftOf = ({ v: _, revision: __, createdAt: ___, expiresAt: ____, ...draft }: Session): SessionDraft =>
  draft;
const within = (ttlMs: number, atMostMs: number) => ttlMs <= atMostMs && ttlMs > atMostMs - SLACK_MS;

/** What the store says of a session is what the model says. */
function expectFound(found: LiveSession | NoSession, session: model.ModelSession | undefined) {
  if (found.state !== "live" || session?.fate !== "live") {
    return expect(found.state).toBe(session?.fate);
  }
  expect(draftOf(found.session)).toEqual(session.content);
  expect(found.session.revision).toBe(session.revision);
  expect(found.ttlMs).toSatisfy((ttlMs: number) => within(ttlMs, session.ttlMs));
}

/** What Redis holds is what the model says. */
async function expectKept(player: Player, now: model.Model) {
  const kept = await Promise.all(player.begun.map(({ id }) => player.kept(id)));
  expect(kept).toHaveLength(now.length);
  for (const [at, { text, ttlMs }] of kept.entries()) {
    const session = now[at];
    if (session?.fate === "live") {
      const stored = sessionCodec.decode(text ?? "")?.session;
      expect(stored && draftOf(stored)).toEqual(session.content);
      expect([at, stored?.revision, within(ttlMs, session.ttlMs)]).toEqual([at, session.revision, true]);
    } else if (session?.fate === "ended") {
      expect([at, text?.slice(0, 10), within(ttlMs, 60_000)]).toEqual([at, '{"ended":"', true]);
    } else expect([at, text]).toEqual([at, null]);
  }
  for (const user of userNames) {
    const listed = (await player.listed(user)).map(({ value }) => value);
    expect(listed).toEqual(model.placesOf(now, user).map((at) => player.begun[at]?.id));
    if (listed.length > 0) expect(await player.listTtlMs(user)).toBeGreaterThan(0);
  }
}

/** Where the new session stands in its user's list. */
async function placeOf(player: Player, before: model.Model, found: LiveSession | NoSession): Promise<number> {
  if (found.state !== "live" || !found.session.user) return 0;
  const listed = await player.listed(found.session.user.id);
  const place = listed.find(({ value }) => value === found.id)?.score ?? 0;
  // Of two that began in the same millisecond nobody knows which one is the older.
  fc.pre(before.every((each) => each.place !== place || !each.isListed));
  return place;
}

async function step(player: Player, before: model.Model, command: Command): Promise<model.Model> {
  const outcome: Outcome = await player.play(command);
  let now = before;
  if (outcome.was === "begun") {
    const place = await placeOf(player, before, outcome.found);
    now = followBegin(before, command, { from: outcome.from, place });
    if (now.length > before.length) expectFound(outcome.found, now.at(-1));
    else expect(outcome.found).toMatchObject({ state: "ended" });
  } else if (outcome.was === "listed") {
    const ids = model.listOf(before, outcome.user.id).map((at) => player.begun[at]?.id);
    expect(outcome.found.map(({ id }) => id)).toEqual(ids);
  } else if (outcome.was === "revoked") {
    now = model.revoke(before, outcome.ats);
    expect(outcome.count).toBe(outcome.ats.filter((at) => before[at]?.fate === "live").length);
  } else if (outcome.was !== "idle") {
    now = follow(before, command, outcome.at);
    if (outcome.was === "found") expectFound(outcome.found, now[outcome.at]);
    if (outcome.was === "ended") expect(outcome.endedNow).toBe(before[outcome.at]?.fate === "live");
  }
  await expectKept(player, now);
  return now;
}

it("whatever is done, the store does what its model does", async () => {
  let commands = 0;
  const numRuns = inject("isLongRun") ? 1000 : 30;
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const player = createPlayer(test);
      let now: model.Model = [];
      for (const command of history) {
        now = await step(player, now, command);
        commands++;
      }
      const live = player.begun.filter((_, at) => now[at]?.fate === "live").map(({ id }) => id);
      expect(new Set(await player.live())).toEqual(new Set(live));
    }),
    { numRuns, endOnFailure: false },
  );
  await record("model", { histories: numRuns, commands, differences: 0 });
});

itLeavesNoKeyWithoutTtl("model", () => test);
