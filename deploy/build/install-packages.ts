import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { runToEnd } from "./run-to-end";

export type InstallOptions = { readonly spawn: Spawn; readonly say: (line: string) => void };

const LIMIT_MS = 600_000;

/** Installs the packages of a folder that has a lockfile of its own, unless it has been done since that last changed. */
export async function installPackages(folder: string, { spawn, say }: InstallOptions): Promise<void> {
  const cwd = resolve(folder);
  const installed = statSync(join(cwd, "node_modules/.package-lock.json"), { throwIfNoEntry: false });
  if (installed && installed.mtimeMs >= statSync(join(cwd, "package-lock.json")).mtimeMs) return;
  say(`Installing the packages of ${folder}/ (once) ...`);
  await runToEnd(spawn, ["npm", "ci", "--no-audit", "--no-fund"], { cwd, limitMs: LIMIT_MS });
}
