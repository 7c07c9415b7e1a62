import { expect, test } from "vitest";
import { distanceTables, overGoal, type Row } from "./distance-table";

function row(atMost: number | undefined, [earlierMs, oursMs]: [number, number]): Row {
  const samples = (waitingMs: number, requests: number) =>
    [0, 1, 2].map((more) => ({ waitingMs: waitingMs + more, wholeMs: 100 + waitingMs, requests }));
  return {
    scenario: { says: "log in", ...(atMost && { atMost }) },
    delayMs: 20,
    earlier: samples(earlierMs - 1, 5),
    ours: samples(oursMs - 1, 2),
  };
}

test("names what waits for longer than its share of the earlier time, by the medians, and nothing else", () => {
  const rows = [row(0.45, [200, 90]), row(0.45, [200, 91]), row(undefined, [200, 400])];
  expect(overGoal(rows)).toEqual([
    "log in, 20 ms away: waits 0.455 of the time at commit 333b18d, and not at most 0.45",
  ]);
});

test("an earlier version that waits for nothing is no proof of anything", () => {
  expect(overGoal([row(0.45, [0, 0])])).toHaveLength(1);
});

test("the tables compare what waits and the whole", () => {
  const [waiting, whole] = distanceTables([row(0.45, [200, 50])]);
  expect(waiting).toContain("| 20 ms | 200.0 ms (200) | 50.0 ms (50) | 0.25  | 0.45    | 5 → 2 ");
  expect(whole).toContain("| 20 ms | 299.0 ms (299) | 149.0 ms (149) | 0.50  |");
});
