import { z } from "zod";
import { table } from "@/deploy/table";
import type { Spawn } from "@/local-cloud/processes/owned-process";

const timed = z.record(z.string(), z.object({ alone: z.number(), perSecond: z.number() }));
export type StoreTimes = z.infer<typeof timed>;

export const FLOOR = "@upstash/redis: get";
const SCRIPT = "bench/store/run-store.ts";

/** @param env of the app: where its Redis is, over REST */
export async function measureStore(
  spawn: Spawn,
  env: Readonly<Record<string, string>>,
  redisUrl: string,
): Promise<StoreTimes> {
  const run = spawn([process.execPath, "--import", "tsx", SCRIPT, redisUrl], { env: { ...env } });
  await run.exited;
  if (run.exitCode !== 0) throw new Error(`The store could not be measured:\n${run.lastOutput}`);
  return timed.parse(JSON.parse(run.lastOutput.split("\n").at(-1) ?? ""));
}

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
