import { expect, it } from "vitest";
import { lineBudget } from "./line-budget.ts";

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
