import { join } from "node:path";
import { z } from "zod";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { cpuSeconds } from "./cpu-seconds";

/** What is asked again and again. */
export interface Target {
  readonly url: string;
  /** The server's process, the leader of its group. */
  readonly pid: number;
  readonly cookie?: string;
  /** Each time with another end of the cookie, which no secret opens. */
  readonly forge?: boolean;
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
export async function burst(spawn: Spawn, target: Target, seconds: number): Promise<Burst> {
  const { url, pid, cookie, forge } = target;
  const order = JSON.stringify({ url, cookie, forge, seconds, connections: CONNECTIONS });
  const before = cpuSeconds(pid);
  const load = spawn([process.execPath, join(import.meta.dirname, "../load.mjs"), order]);
  await load.exited;
  const spent = cpuSeconds(pid) - before;
  const last = load.lastOutput.split("\n").at(-1) ?? "";
  if (load.exitCode !== 0) throw new Error(`The load on ${url} failed:\n${load.lastOutput}`);
  const { answers, perSecond, failed } = said.parse(JSON.parse(last));
  if (failed > 0) throw new Error(`${failed} of ${answers} answers of ${url} were no success.`);
  return { perSecond, cpuMicros: (spent / answers) * 1_000_000 };
}
