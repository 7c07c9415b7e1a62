import { expect, test } from "vitest";
import { canBeProlonged, correctedClock, type SessionClock, warningMs, woundClock } from "./session-expiry";

const clock: SessionClock = { idleMs: 15_000, endsAtMs: 15_000, lifetimeEndsAtMs: 100_000 };

test("a visit winds the idle clock, up to the absolute end", () => {
  expect(woundClock(clock, 7000).endsAtMs).toBe(22_000);
  expect(woundClock(clock, 95_000).endsAtMs).toBe(100_000);
});

test("what the server tells in whole seconds does not make the countdown jump", () => {
  expect(correctedClock(clock, { idleSeconds: 15, ttlSeconds: 4 }, 10_400)).toEqual(clock);
});

test("a clock that was wound elsewhere is set anew, and one that runs out earlier, too", () => {
  expect(correctedClock(clock, { idleSeconds: 15, ttlSeconds: 14 }, 10_000).endsAtMs).toBe(24_999);
  expect(correctedClock(clock, { idleSeconds: 5, ttlSeconds: 2 }, 1000)).toMatchObject({
    idleMs: 5000,
    endsAtMs: 3999,
  });
});

test("what the server tells never lasts beyond the absolute end", () => {
  expect(correctedClock(clock, { idleSeconds: 60, ttlSeconds: 60 }, 90_000).endsAtMs).toBe(100_000);
});

test("only the idle end can be put off", () => {
  expect(canBeProlonged(clock)).toBe(true);
  expect(canBeProlonged({ ...clock, endsAtMs: clock.lifetimeEndsAtMs })).toBe(false);
});

test("the warning comes a third of the idle timeout before the end, a minute at most, and not at all if none could read it", () => {
  expect(warningMs(clock)).toBe(5000);
  expect(warningMs({ ...clock, idleMs: 1_800_000 })).toBe(60_000);
  expect(warningMs({ ...clock, idleMs: 6000 })).toBe(0);
});
