import type { TestHarness } from "@/deploy/build/test-harness";
import { table } from "@/deploy/table";
import type { FaultProxy } from "@/local-cloud/faults/fault-proxy";
import { scenarios } from "./scenarios";
import { timeScenario } from "./time-scenario";

export type DistanceOptions = {
  readonly origin: string;
  readonly harness: TestHarness;
  /** Before the gateway: its delay stands in for the distance, there and back. */
  readonly proxy: FaultProxy;
  readonly delaysMs: readonly number[];
};

/** How long a visitor waits when Redis is so far from the server. */
export async function distanceTable({ origin, harness, proxy, delaysMs }: DistanceOptions): Promise<string> {
  const rows: string[][] = [];
  for (const scenario of scenarios) {
    const cells: string[] = [];
    let requestsEach = 0;
    for (const delayMs of delaysMs) {
      proxy.always({ delayMs });
      const { requests, medianMs, p95Ms } = await timeScenario(scenario, origin, harness);
      requestsEach = requests;
      cells.push(`${medianMs.toFixed(0)} ms (${p95Ms.toFixed(0)})`);
    }
    rows.push([scenario.says, requestsEach.toFixed(2).replace(/\.?0+$/, ""), ...cells]);
  }
  proxy.always(null);
  const head = ["median (95th percentile)", "requests to Redis", ...delaysMs.map((ms) => `${ms} ms away`)];
  return table(head, rows);
}
