import { z } from "zod";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { storeTable } from "./store-table";

const timed = z.record(z.string(), z.object({ alone: z.number(), perSecond: z.number() }));
export type StoreTimes = z.infer<typeof timed>;

const SCRIPT = "bench/store/run-store.ts";

/** What the store's operations take, beside a bare `get` of the same client. */
export async function benchStore({ harness }: BenchSite): Promise<PartResult> {
  const { reaper, env, service } = harness;
  const run = reaper.spawn([process.execPath, "--import", "tsx", SCRIPT, service.redis?.url ?? ""], {
    env: { ...env },
  });
  await run.exited;
  if (run.exitCode !== 0) throw new Error(`The store could not be measured:\n${run.lastOutput}`);
  const store = timed.parse(JSON.parse(run.lastOutput.split("\n").at(-1) ?? ""));
  return { tables: [storeTable(store)], figures: { store } };
}
