import { table } from "@/deploy/table";
import type { StoreTimes } from "./bench-store";

const FLOOR = "@upstash/redis: get";

export function storeTable(times: StoreTimes): string {
  const floor = times[FLOOR];
  const of = (value: number, whole: number | undefined) => (whole ? (value / whole).toFixed(2) : "");
  return table(
    ["operation", "one at a time", "of a bare get", "32 at a time", "of a bare get's"],
    Object.entries(times).map(([name, { alone, perSecond }]) => [
      name,
      `${alone.toFixed(0)} µs`,
      of(alone, floor?.alone),
      `${perSecond.toFixed(0)}/s`,
      of(perSecond, floor?.perSecond),
    ]),
  );
}
