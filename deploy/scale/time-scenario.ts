import type { TestHarness } from "@/deploy/build/test-harness";
import type { Scenario } from "./scenarios";

export type Timed = {
  /** To Redis, each time. */
  readonly requests: number;
  readonly medianMs: number;
  readonly p95Ms: number;
};

const WARM_UP = 5;
const SAMPLES = 60;

/** How long an scenario takes, one after the other: to the last byte of the answer, a redirect not followed. */
export async function timeScenario(scenario: Scenario, origin: string, harness: TestHarness): Promise<Timed> {
  const run = await scenario.begin(origin);
  for (let turn = 0; turn < WARM_UP; turn++) await run();
  const took: number[] = [];
  const requests = await harness.requestsOf(async () => {
    for (let sample = 0; sample < SAMPLES; sample++) {
      const startedMs = performance.now();
      await run();
      took.push(performance.now() - startedMs);
    }
  });
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (took.length - 1))] ?? 0;
  return { requests: requests / SAMPLES, medianMs: at(0.5), p95Ms: at(0.95) };
}
