import { expect, test } from "vitest";
import { createBusyTime } from "./busy-time";

test("times that overlap count once, and what is between them not at all", () => {
  let now = 100;
  const busy = createBusyTime(() => now);
  const at = (ms: number) => {
    now = ms;
    return busy;
  };
  expect([at(105).underWay, busy.totalMs]).toEqual([0, 0]);
  at(110).begin();
  at(120).begin();
  expect([at(125).underWay, busy.totalMs]).toEqual([2, 15]);
  at(130).end();
  at(140).end();
  expect([at(150).underWay, busy.totalMs]).toEqual([0, 30]);
  at(160).begin();
  at(163).end();
  expect(at(170).totalMs).toBe(33);
});
