import { table } from "@/deploy/table";
import { EARLIER } from "../earlier/serve-earlier";
import type { Scenario } from "./scenarios";

/** Of one HTTP request. */
export interface Sample {
  /** To the last byte of the answer. */
  readonly wholeMs: number;
  /** Of it, with at least one request to Redis under way. */
  readonly waitingMs: number;
  readonly requests: number;
}

/** The same scenario at the earlier commit and today. */
export interface Comparison {
  readonly delayMs: number;
  readonly earlier: readonly Sample[];
  readonly ours: readonly Sample[];
}

export interface Row {
  readonly scenario: Pick<Scenario, "says" | "atMost">;
  /** By distance, the same ones in each row. */
  readonly comparisons: readonly Comparison[];
}

/** The time that waits for Redis, and the whole time. */
export function distanceTables(rows: readonly Row[]): string[] {
  const away = rows[0]?.comparisons.map(({ delayMs }) => `${delayMs} ms away`) ?? [];
  return [
    table(
      [`waits for Redis: ${EARLIER} → ours`, "requests", ...away, "at most"],
      rows.map(({ scenario, comparisons }) => [
        scenario.says,
        requestsText(comparisons),
        ...comparisons.map((each) => compared(each, waitingOf)),
        scenario.atMost?.toFixed(2) ?? "",
      ]),
    ),
    table(
      [`the whole answer: ${EARLIER} → ours`, ...away],
      rows.map(({ scenario, comparisons }) => [
        scenario.says,
        ...comparisons.map((each) => compared(each, wholeOf)),
      ]),
    ),
  ];
}

const waitingOf = ({ waitingMs }: Sample) => waitingMs;
const wholeOf = ({ wholeMs }: Sample) => wholeMs;

/** `160.3 → 68.1 ms (0.42)`: medians, and their ratio. */
function compared(comparison: Comparison, timeOf: (sample: Sample) => number): string {
  const [earlier, ours] = [comparison.earlier, comparison.ours].map((samples) =>
    spread(samples.map(timeOf)).medianMs.toFixed(1),
  );
  return `${earlier} → ${ours} ms (${ratio(comparison, timeOf).toFixed(2)})`;
}

function requestsText(comparisons: readonly Comparison[]): string {
  const mean = (samples: readonly Sample[]) =>
    requestsOf(samples)
      .toFixed(2)
      .replace(/\.?0+$/, "");
  return `${mean(comparisons.flatMap(({ earlier }) => earlier))} → ${mean(comparisons.flatMap(({ ours }) => ours))}`;
}

/** For `results/`. */
export function distanceFigures({ scenario: { says, atMost }, comparisons }: Row) {
  const figures = (samples: readonly Sample[]) => ({
    requests: requestsOf(samples),
    waiting: spread(samples.map(waitingOf)),
    whole: spread(samples.map(wholeOf)),
  });
  return comparisons.map((comparison) => ({
    scenario: says,
    delayMs: comparison.delayMs,
    samples: comparison.ours.length,
    waitingRatio: ratio(comparison, waitingOf),
    ...(atMost && { atMost }),
    earlier: figures(comparison.earlier),
    ours: figures(comparison.ours),
  }));
}

/** What waits longer than its share of the earlier commit's time, a sentence each. */
export function overGoal(rows: readonly Row[]): string[] {
  return rows.flatMap(({ scenario: { says, atMost }, comparisons }) =>
    comparisons.flatMap((comparison) => {
      const waits = ratio(comparison, waitingOf);
      if (atMost === undefined || waits <= atMost) return [];
      return [
        `${says}, ${comparison.delayMs} ms away: waits ${waits.toFixed(3)} of the time at commit ${EARLIER}, and not at most ${atMost}`,
      ];
    }),
  );
}

function ratio({ earlier, ours }: Comparison, timeOf: (sample: Sample) => number): number {
  return spread(ours.map(timeOf)).medianMs / spread(earlier.map(timeOf)).medianMs;
}

const requestsOf = (samples: readonly Sample[]) =>
  samples.reduce((sum, { requests }) => sum + requests, 0) / samples.length;

function spread(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}
