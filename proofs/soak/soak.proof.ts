import { expect, inject, it } from "vitest";
import { recordSoak, runSoak } from "./run-soak";

it("after many users and many faults nothing is lost, doubled, revived or crossed", async () => {
  const soak = await runSoak(inject("isLongRun") ? { seconds: 600, users: 500 } : { seconds: 30, users: 50 });
  await recordSoak(soak);
  expect(soak.notes).toEqual([]);
  expect(soak.violations).toBe(0);
  expect(soak.numbers.timesFull).toBeGreaterThan(0);
  expect(soak.numbers.repeated).toBeGreaterThan((soak.numbers.requests ?? 0) / 20);
  // Requests met faults, and most were served all the same.
  expect(soak.numbers.faults).toBeGreaterThan(100);
  expect(soak.numbers.unavailable).toBeLessThan((soak.numbers.requests ?? 0) / 10);
});
