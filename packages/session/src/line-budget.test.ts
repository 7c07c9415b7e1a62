import { expect, it, vi } from "vitest";
import { lineBudget } from "./log.ts";

it("writes so many lines of each kind a second, and tells once how many it left out", () => {
  let nowMs = 0;
  const budget = lineBudget(2, () => nowMs);
  const admitted = (kind: string, lines: number) =>
    Array.from({ length: lines }, () => budget.admits(kind)).filter(Boolean).length;
  expect(admitted("a", 5)).toBe(2);
  expect(admitted("b", 1)).toBe(1);
  expect(budget.leftOut()).toEqual([]);
  nowMs = 999;
  expect(admitted("a", 1)).toBe(0);
  nowMs = 1000;
  expect(budget.leftOut()).toEqual([["a", 4]]);
  expect(budget.leftOut()).toEqual([]);
  expect(admitted("a", 3)).toBe(2);
  nowMs = 2000;
  expect(admitted("a", 1)).toBe(1);
  expect(budget.leftOut()).toEqual([["a", 1]]);
});

it.each([-3_600_000, 3_600_000])("counts on where the server's clock is set by %d ms", (step) => {
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  try {
    const budget = lineBudget(1);
    expect(budget.admits("a")).toBe(true);
    vi.setSystemTime(Date.now() + step);
    expect(budget.admits("a"), "in the same second").toBe(false);
    vi.advanceTimersByTime(1000);
    expect(budget.admits("a"), "in the next").toBe(true);
  } finally {
    vi.useRealTimers();
  }
});
