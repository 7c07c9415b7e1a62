import { table } from "@/deploy/table";
import type { Cost } from "./measure-costs";

export function costTable(costs: readonly Cost[]): string {
  return table(
    [
      "",
      "",
      "compared with",
      "requests/s",
      "CPU a request",
      "added",
      "ratio (lowest to highest round)",
      "at least",
    ],
    costs.map(
      ({
        case: { group, name, against = "", atLeast, whyAboveOne },
        perSecond,
        cpuMicros,
        addedMicros,
        ratio,
      }) => [
        group,
        name,
        against,
        perSecond.toFixed(0),
        `${cpuMicros.toFixed(0)} µs`,
        addedMicros === null ? "" : `${addedMicros.toFixed(0)} µs`,
        ratio ? ratioText(ratio, whyAboveOne) : "",
        atLeast?.toFixed(2) ?? "",
      ],
    ),
  );
}

/** A ratio above 1 with its reason, since a session is never free. */
function ratioText({ median, low, high }: NonNullable<Cost["ratio"]>, whyAboveOne?: string): string {
  const figures = `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return median > 1 && whyAboveOne
    ? `no measurable cost at this load, since ${whyAboveOne}: ${figures}`
    : figures;
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
