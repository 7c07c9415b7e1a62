import { expect, test } from "vitest";
import type { ParsedSession } from "../../_session/store/parsed-session";
import type { Answer } from "./answer";
import { startOfJourney, withAnswer, withoutSession, withSession } from "./journey";
import { untimed } from "./server-timing";

const session: ParsedSession = {
  handle: "0123456789ab",
  user: null,
  theme: "light",
  idleSeconds: 60,
  lifetimeSeconds: 3600,
  cart: { lines: [{ sku: "tote", quantity: 1 }] },
  items: 1,
  totalCents: 1500,
  views: [["a", 1]],
  ttlSeconds: 60,
  revision: 2,
};
const answer = (fields: Partial<Answer>): Answer => ({
  status: 200,
  servedBy: "a",
  servedSince: "2026-11-25T04:00:00.000Z",
  timing: untimed,
  body: {},
  tookMs: 5,
  ...fields,
});
const outage = answer({ status: 503, body: { code: "unavailable" } });
const live = (shown = session) => withSession(startOfJourney(null), shown, 0);

test("a server whose process is another one has come back, and stays known as such", () => {
  const first = withAnswer(live(), "", answer({}), 0);
  expect(first.dots.at(-1)?.isBack).toBe(false);
  const later = { servedSince: "2026-11-25T05:00:00.000Z" };
  const second = withAnswer(first, "", answer(later), 0);
  expect(second.dots.at(-1)?.isBack).toBe(true);
  const third = withAnswer(second, "", answer(later), 0);
  expect(third.dots.at(-1)?.isBack).toBe(false);
  expect(third.servers.a?.returns).toBe(1);
});

test("an outage fails a request and loses no session", () => {
  const state = withAnswer(live(), "", outage, 0);
  expect(state).toMatchObject({ requests: 1, failed: 1, lost: 0, trouble: "store", session });
  expect(withAnswer(state, "", answer({}), 0)).toMatchObject({ requests: 2, failed: 1, trouble: null });
});

test("a session that Redis knows nothing of, before its time, was lost", () => {
  expect(withoutSession(live(), "absent", 10_000)).toMatchObject({ lost: 1, ending: "lost", session: null });
});

test("one that expired or was ended was not lost", () => {
  expect(withoutSession(live(), "absent", 59_000)).toMatchObject({ lost: 0, ending: "idle" });
  expect(withoutSession(live(), "ended", 1000)).toMatchObject({ lost: 0, ending: "elsewhere" });
  expect(withoutSession(live(), "none", 1000)).toMatchObject({ lost: 0, ending: "elsewhere" });
});

test("a user's may have been ended on another device while the page rested, but not during an outage", () => {
  const rested = live({ ...session, user: "ada" });
  expect(withoutSession(rested, "absent", 20_000)).toMatchObject({ lost: 0, ending: "elsewhere" });
  const throughOutage = withAnswer(rested, "", outage, 19_000);
  expect(withoutSession(throughOutage, "absent", 20_000)).toMatchObject({ lost: 1, ending: "lost" });
});

test("another session in this browser is said as such, and is no loss", () => {
  const state = withSession(live(), { ...session, handle: "ba9876543210", user: "ada" }, 1);
  expect(state).toMatchObject({ isChanged: true, lost: 0, sameFor: 0 });
});

test("an answer that was overtaken takes nothing back", () => {
  const state = live({ ...session, revision: 3 });
  expect(withSession(state, session, 1).session?.revision).toBe(3);
});

test("a session that never existed is not lost", () => {
  expect(withoutSession(startOfJourney(null), "absent", 0)).toMatchObject({ lost: 0, ending: null });
});
