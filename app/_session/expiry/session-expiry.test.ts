import { expect, test } from "vitest";
import {
  canBeProlonged,
  correctedExpiry,
  renewedExpiry,
  type SessionExpiry,
  warningMs,
} from "./session-expiry";

const expiry: SessionExpiry = { idleMs: 15_000, endsAtMs: 15_000, lifetimeEndsAtMs: 100_000 };

test("a page view renews the idle timeout, up to the absolute end", () => {
  expect(renewedExpiry(expiry, 7000).endsAtMs).toBe(22_000);
  expect(renewedExpiry(expiry, 95_000).endsAtMs).toBe(100_000);
});

test("whole seconds in the server's answers do not make the countdown jump", () => {
  expect(correctedExpiry(expiry, { idleSeconds: 15, ttlSeconds: 4 }, 10_400)).toEqual(expiry);
});

test("an expiry that was renewed elsewhere is corrected, and so is one that comes earlier", () => {
  expect(correctedExpiry(expiry, { idleSeconds: 15, ttlSeconds: 14 }, 10_000).endsAtMs).toBe(24_999);
  expect(correctedExpiry(expiry, { idleSeconds: 5, ttlSeconds: 2 }, 1000)).toMatchObject({
    idleMs: 5000,
    endsAtMs: 3999,
  });
});

test("a session never lasts beyond its absolute timeout, whatever the server answers", () => {
  expect(correctedExpiry(expiry, { idleSeconds: 60, ttlSeconds: 60 }, 90_000).endsAtMs).toBe(100_000);
});

test("only the idle end can be put off", () => {
  expect(canBeProlonged(expiry)).toBe(true);
  expect(canBeProlonged({ ...expiry, endsAtMs: expiry.lifetimeEndsAtMs })).toBe(false);
});

test("the warning comes a third of the idle timeout before the end, a minute at most, and not at all if none could read it", () => {
  expect(warningMs(expiry)).toBe(5000);
  expect(warningMs({ ...expiry, idleMs: 1_800_000 })).toBe(60_000);
  expect(warningMs({ ...expiry, idleMs: 6000 })).toBe(0);
});
