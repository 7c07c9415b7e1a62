import { expect, test } from "vitest";
import { costTable } from "./cost-table";
import type { Cost } from "./measure-costs";

function costOf(median: number, whyAboveOne?: string): Cost {
  return {
    case: {
      group: "JSON",
      name: "signed in",
      against: "bare",
      target: { url: "", pid: 0 },
      ...(whyAboveOne !== undefined && { whyAboveOne }),
    },
    perSecond: 100,
    cpuMicros: 100,
    addedMicros: 0,
    ratio: { median, low: 0.9, high: 1.3 },
  };
}

const REASON = "what waits together is answered together";

test("a ratio above 1 is no measurable cost at this load, and the reason stands in the same sentence", () => {
  expect(costTable([costOf(1.12, REASON)])).toContain(
    `no measurable cost at this load, since ${REASON}: 1.12 (0.90 to 1.30)`,
  );
});

test("a ratio of 1 and less, and one of two servers, is a figure", () => {
  for (const cost of [costOf(0.97, REASON), costOf(1.4)])
    expect(costTable([cost])).not.toContain("no measurable cost");
});
