import { table } from "@/deploy/table";
import type { Cost } from "./measure-costs";

export function costTable(costs: readonly Cost[]): string {
  return table(
    ["", "", "requests/s", "CPU a request", "added", "ratio (lowest to highest round)", "at least"],
    costs.map(({ case: { group, name, atLeast }, perSecond, cpuMicros, addedMicros, ratio }) => [
      group,
      name,
      perSecond.toFixed(0),
      `${cpuMicros.toFixed(0)} µs`,
      addedMicros === null ? "" : `${addedMicros.toFixed(0)} µs`,
      ratio ? `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})` : "",
      atLeast?.toFixed(2) ?? "",
    ]),
  );
}

/** For `results/`. */
export function costFigures({ case: { group, name, against, atLeast }, ...figures }: Cost) {
  return { group, name, ...(against && { against }), ...(atLeast && { atLeast }), ...figures };
}

/** What is below the ratio that it shall have, a sentence each. */
export function shortOf(costs: readonly Cost[]): string[] {
  return costs.flatMap(({ case: { group, name, atLeast = 0 }, ratio }) =>
    ratio && ratio.median < atLeast
      ? [`${group}: ${name}: ${ratio.median.toFixed(2)}, and not ${atLeast}`]
      : [],
  );
}
