import { expect, test } from "vitest";
import { distanceTables, overGoal, type Row } from "./distance-table";

/** What waits, at the earlier commit and today, in ms, at 20 ms and at 80. */
function row(atMost: number | undefined, ...waits: [earlier: number, ours: number][]): Row {
  const samples = (waitingMs: number, requests: number) =>
    [-1, 5, 0].map((more) => ({ waitingMs: waitingMs + more, wholeMs: 100 + waitingMs, requests }));
  const comparisons = waits.map(([earlier, ours], at) => ({
    delayMs: [20, 80][at] ?? 0,
    earlier: samples(earlier, 5),
    ours: samples(ours, 2),
  }));
  return { scenario: { says: "log in", ...(atMost && { atMost }) }, comparisons };
}

test("names what waits for longer than its share of the earlier time, by the medians, and nothing else", () => {
  const rows = [row(0.45, [200, 90], [800, 364]), row(undefined, [200, 400])];
  expect(overGoal(rows)).toEqual([
    "log in, 80 ms away: waits 0.455 of the time at commit 333b18d, and not at most 0.45",
  ]);
});

test("an earlier version that waits for nothing is no proof of anything", () => {
  const none = { waitingMs: 0, wholeMs: 1, requests: 0 };
  const comparison = { delayMs: 20, earlier: [none], ours: [none] };
  expect(overGoal([{ ...row(0.45), comparisons: [comparison] }])).toHaveLength(1);
});

test("the tables compare what waits, and the whole", () => {
  const [waiting, whole] = distanceTables([row(0.45, [200, 50], [800, 160])]);
  expect(waiting).toMatch(
    /\| log in +\| 5 → 2 +\| 200.0 → 50.0 ms \(0.25\) \| 800.0 → 160.0 ms \(0.20\) \| 0.45 /,
  );
  expect(whole).toMatch(/\| log in +\| 300.0 → 150.0 ms \(0.50\) \| 900.0 → 260.0 ms \(0.29\) \|/);
});
