import { expect, test } from "vitest";
import type { SessionExpiry } from "./session-expiry";
import { shouldRefreshOnReturn, type Watch, watchStep } from "./watch-step";

const expiry: SessionExpiry = { idleMs: 15_000, endsAtMs: 15_000, lifetimeEndsAtMs: 1_000_000 };
const loaded: Watch = { polledAtMs: 0, askedAtMs: 0, isOutOfReach: false, warnedOfMs: null };

test("a page that has just loaded asks nothing", () => {
  for (const nowMs of [0, 1000, 9999]) expect(watchStep(expiry, loaded, nowMs)).toBe("rest");
});

test("it refreshes once before it warns", () => {
  expect(watchStep(expiry, loaded, 10_000)).toBe("refresh");
  const polled = { ...loaded, askedAtMs: 10_000, polledAtMs: 10_050 };
  expect(watchStep(expiry, polled, 10_100)).toBe("warn");
  expect(watchStep(expiry, { ...polled, warnedOfMs: 15_000 }, 12_000)).toBe("rest");
});

test("an end that was put off is warned of again", () => {
  const warned = { ...loaded, askedAtMs: 20_100, polledAtMs: 20_100, warnedOfMs: 15_000 };
  expect(watchStep({ ...expiry, endsAtMs: 25_000 }, warned, 20_200)).toBe("warn");
});

test("at the end it refreshes, because another tab may have renewed the session", () => {
  const warned = { ...loaded, askedAtMs: 10_000, polledAtMs: 10_000, warnedOfMs: 15_000 };
  expect(watchStep(expiry, warned, 15_000)).toBe("refresh");
});

test("in an outage it neither warns nor gives up, and asks every five seconds", () => {
  const lost = { ...loaded, askedAtMs: 10_000, isOutOfReach: true };
  expect(watchStep(expiry, lost, 12_000)).toBe("rest");
  expect(watchStep(expiry, lost, 15_000)).toBe("refresh");
  expect(watchStep(expiry, { ...lost, askedAtMs: 15_000 }, 19_000)).toBe("rest");
  expect(watchStep(expiry, { ...lost, askedAtMs: 15_000 }, 20_000)).toBe("refresh");
});

test("it refreshes every minute", () => {
  const long = { ...expiry, idleMs: 1_800_000, endsAtMs: 1_800_000, lifetimeEndsAtMs: 10_000_000 };
  expect(watchStep(long, loaded, 59_000)).toBe("rest");
  expect(watchStep(long, loaded, 60_000)).toBe("refresh");
  expect(watchStep(long, { ...loaded, polledAtMs: 60_000, askedAtMs: 60_000 }, 61_000)).toBe("rest");
});

test("coming back to the tab refreshes, but not twice within five seconds", () => {
  expect(shouldRefreshOnReturn(loaded, 4000)).toBe(false);
  expect(shouldRefreshOnReturn(loaded, 5000)).toBe(true);
});
