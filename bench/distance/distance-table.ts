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

/** One scenario at one distance, at the earlier commit and today. */
export interface Row {
  readonly scenario: Pick<Scenario, "says" | "atMost">;
  readonly delayMs: number;
  readonly earlier: readonly Sample[];
  readonly ours: readonly Sample[];
}

/** The time that waits for Redis, and the whole time. */
export function distanceTables(rows: readonly Row[]): string[] {
  const head = (first: string) => [first, "away", `commit ${EARLIER}`, "ours", "ratio"];
  return [
    table(
      [...head("waits for Redis"), "at most", "requests to Redis"],
      rows.map((row) => [
        ...cells(row, ({ waitingMs }) => waitingMs),
        row.scenario.atMost?.toFixed(2) ?? "",
        [row.earlier, row.ours].map(requestsOf).map(short).join(" → "),
      ]),
    ),
    table(
      head("the whole answer"),
      rows.map((row) => cells(row, ({ wholeMs }) => wholeMs)),
    ),
  ];
}

function cells({ scenario, delayMs, earlier, ours }: Row, timeOf: (sample: Sample) => number): string[] {
  const [before, now] = [spread(earlier.map(timeOf)), spread(ours.map(timeOf))];
  const ratio = (now.medianMs / before.medianMs).toFixed(2);
  return [scenario.says, `${delayMs} ms`, spreadText(before), spreadText(now), ratio];
}

/** For `results/`. */
export function distanceFigures(row: Row) {
  const { scenario, delayMs, earlier, ours } = row;
  const figures = (samples: readonly Sample[]) => ({
    requests: requestsOf(samples),
    waiting: spread(samples.map(({ waitingMs }) => waitingMs)),
    whole: spread(samples.map(({ wholeMs }) => wholeMs)),
  });
  return {
    scenario: scenario.says,
    delayMs,
    waitingRatio: waitingRatio(row),
    ...(scenario.atMost && { atMost: scenario.atMost }),
    earlier: figures(earlier),
    ours: figures(ours),
  };
}

/** What waits longer than its share of the earlier commit's time, a sentence each. */
export function overGoal(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const { says, atMost = Number.POSITIVE_INFINITY } = row.scenario;
    const ratio = waitingRatio(row);
    if (ratio <= atMost) return [];
    return [
      `${says}, ${row.delayMs} ms away: waits ${ratio.toFixed(3)} of the time at commit ${EARLIER}, and not at most ${atMost}`,
    ];
  });
}

function waitingRatio({ earlier, ours }: Row): number {
  const medianOf = (samples: readonly Sample[]) => spread(samples.map(({ waitingMs }) => waitingMs)).medianMs;
  return medianOf(ours) / medianOf(earlier);
}

const requestsOf = (samples: readonly Sample[]) =>
  samples.reduce((sum, { requests }) => sum + requests, 0) / samples.length;

/** `2`, `2.03` */
const short = (count: number) => count.toFixed(2).replace(/\.?0+$/, "");

function spread(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { medianMs: at(0.5), p95Ms: at(0.95) };
}

const spreadText = ({ medianMs, p95Ms }: ReturnType<typeof spread>) =>
  `${medianMs.toFixed(1)} ms (${p95Ms.toFixed(0)})`;
