import { expect, inject, it } from "vitest";
import { recordSoak, runSoak } from "./run-soak";

const LEAST_FAULTS = 100;

it("after many users and many faults nothing is lost, doubled, revived or crossed", async () => {
  const size = inject("isLongRun") ? { seconds: 600, users: 500 } : { seconds: 30, users: 50 };
  const soak = await runSoak({ ...size, leastFaults: LEAST_FAULTS });
  await recordSoak(soak);
  expect(soak.notes).toEqual([]);
  expect(soak.violations).toBe(0);
  expect(soak.numbers.timesFull).toBeGreaterThan(0);
  expect(soak.numbers.repeated).toBeGreaterThan((soak.numbers.requests ?? 0) / 20);
  // Requests met faults, and most were served all the same.
  expect(soak.numbers.faults).toBeGreaterThanOrEqual(LEAST_FAULTS);
  expect(soak.numbers.unavailable).toBeLessThan((soak.numbers.requests ?? 0) / 2);
});
