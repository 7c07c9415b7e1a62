import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cost } from "../cost/measure-costs";
import type { StoreTimes } from "../store/store-table";
import { ratioChart } from "./ratio-chart";

export interface Results {
  readonly machine: string;
  readonly date: string;
  readonly rounds: number;
  readonly secondsEach: number;
  readonly costs: readonly Cost[];
  readonly store: StoreTimes;
}

/** Puts a run's figures beside this file: all of them as JSON, and the ratios as a picture. */
export function writeResults(results: Results): void {
  const costs = results.costs.map(({ case: { group, name, against, atLeast }, ...figures }) => ({
    group,
    name,
    ...(against && { against }),
    ...(atLeast && { atLeast }),
    ...figures,
  }));
  const put = (name: string, text: string) => writeFileSync(join(import.meta.dirname, name), text);
  put("results.json", `${JSON.stringify({ ...results, costs }, null, 2)}\n`);
  put("ratios.svg", ratioChart(results.costs));
}
