import { expect, test } from "vitest";
import type { SessionClock } from "./session-expiry";
import { isWorthALook, type Watch, watchStep } from "./watch-step";

const clock: SessionClock = { idleMs: 15_000, endsAtMs: 15_000, lifetimeEndsAtMs: 1_000_000 };
const loaded: Watch = { lookedAtMs: 0, askedAtMs: 0, isOutOfReach: false, warnedOfMs: null };

test("a page that has just loaded asks nothing", () => {
  for (const nowMs of [0, 1000, 9999]) expect(watchStep(clock, loaded, nowMs)).toBe("rest");
});

test("before it warns it looks once", () => {
  expect(watchStep(clock, loaded, 10_000)).toBe("look");
  const looked = { ...loaded, askedAtMs: 10_000, lookedAtMs: 10_050 };
  expect(watchStep(clock, looked, 10_100)).toBe("warn");
  expect(watchStep(clock, { ...looked, warnedOfMs: 15_000 }, 12_000)).toBe("rest");
});

test("an end that was put off is warned of again", () => {
  const warned = { ...loaded, askedAtMs: 20_100, lookedAtMs: 20_100, warnedOfMs: 15_000 };
  expect(watchStep({ ...clock, endsAtMs: 25_000 }, warned, 20_200)).toBe("warn");
});

test("at the end it looks, for another tab may have put it off", () => {
  const warned = { ...loaded, askedAtMs: 10_000, lookedAtMs: 10_000, warnedOfMs: 15_000 };
  expect(watchStep(clock, warned, 15_000)).toBe("look");
});

test("in an outage it neither warns nor gives up, and asks every five seconds", () => {
  const lost = { ...loaded, askedAtMs: 10_000, isOutOfReach: true };
  expect(watchStep(clock, lost, 12_000)).toBe("rest");
  expect(watchStep(clock, lost, 15_000)).toBe("look");
  expect(watchStep(clock, { ...lost, askedAtMs: 15_000 }, 19_000)).toBe("rest");
  expect(watchStep(clock, { ...lost, askedAtMs: 15_000 }, 20_000)).toBe("look");
});

test("it looks every minute", () => {
  const long = { ...clock, idleMs: 1_800_000, endsAtMs: 1_800_000, lifetimeEndsAtMs: 10_000_000 };
  expect(watchStep(long, loaded, 59_000)).toBe("rest");
  expect(watchStep(long, loaded, 60_000)).toBe("look");
  expect(watchStep(long, { ...loaded, lookedAtMs: 60_000, askedAtMs: 60_000 }, 61_000)).toBe("rest");
});

test("coming back to the tab looks, but not twice within five seconds", () => {
  expect(isWorthALook(loaded, 4000)).toBe(false);
  expect(isWorthALook(loaded, 5000)).toBe(true);
});
