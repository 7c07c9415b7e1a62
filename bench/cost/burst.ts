import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { WORK_FOLDER } from "@/deploy/build/build-host";
import { cpuSeconds } from "@/local-cloud/processes/cpu-seconds";
import type { Spawn } from "@/local-cloud/processes/owned-process";

/** What is asked again and again. */
export interface Target {
  readonly url: string;
  /** The server's process, the leader of its group. */
  readonly pid: number;
  readonly cookie?: string;
  /** Each time with another end of the cookie, which no secret opens. */
  readonly forge?: boolean;
  /** A POST, and not a GET. */
  readonly post?: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}

export interface Burst {
  readonly perSecond: number;
  /** Of the server, for each request. */
  readonly cpuMicros: number;
}

const CONNECTIONS = 32;
const said = z.object({
  answers: z.number(),
  perSecond: z.number(),
  failed: z.number(),
});

/** Asks for some seconds over 32 connections, from a process of its own. Throws where an answer is not a 2xx. */
export async function burst(spawn: Spawn, { pid, ...target }: Target, seconds: number): Promise<Burst> {
  const before = cpuSeconds(pid);
  const { answers, perSecond } = await load(spawn, { ...target, seconds });
  return { perSecond, cpuMicros: ((cpuSeconds(pid) - before) / answers) * 1_000_000 };
}

/** The load generator's order: one target for some seconds, or many requests of one site, this many in all. */
type Order =
  | (Omit<Target, "pid"> & { readonly seconds: number })
  | {
      readonly url: string;
      readonly requests: readonly { readonly path: string; readonly cookie?: string }[];
      readonly amount: number;
    };

export async function load(spawn: Spawn, order: Order): Promise<z.infer<typeof said>> {
  const file = join(WORK_FOLDER, "load.json");
  writeFileSync(file, JSON.stringify({ ...order, connections: CONNECTIONS }));
  const generator = spawn([process.execPath, join(import.meta.dirname, "../load.mjs"), file]);
  await generator.exited;
  const last = generator.lastOutput.split("\n").at(-1) ?? "";
  if (generator.exitCode !== 0) throw new Error(`The load on ${order.url} failed:\n${generator.lastOutput}`);
  const totals = said.parse(JSON.parse(last));
  if (totals.failed > 0)
    throw new Error(`${totals.failed} of ${totals.answers} answers of ${order.url} were no success.`);
  return totals;
}
