import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { runToEnd } from "./run-to-end";

export type InstallOptions = { readonly spawn: Spawn; readonly say: (line: string) => void };

const LIMIT_MS = 600_000;

/** Installs what stands in a folder of deploy/, unless it has been since its lockfile last changed. */
export async function installTools(tools: string, { spawn, say }: InstallOptions): Promise<void> {
  const cwd = resolve("deploy", tools);
  const installed = statSync(join(cwd, "node_modules/.package-lock.json"), { throwIfNoEntry: false });
  if (installed && installed.mtimeMs >= statSync(join(cwd, "package-lock.json")).mtimeMs) return;
  say(`Installing the tools in deploy/${tools} ...`);
  await runToEnd(spawn, ["npm", "ci", "--no-audit", "--no-fund"], { cwd, limitMs: LIMIT_MS });
}
