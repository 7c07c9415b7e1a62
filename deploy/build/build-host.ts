import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { filesBelow } from "@/deploy/hosts/file-sizes";
import type { Host, RunTool } from "@/deploy/hosts/host";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { copyProject, listSources } from "./copy-project";

/** Where hosts are built: each in a copy of the project, so that neither a demo's build nor a `.env` file is touched. */
export const WORK_FOLDER = ".deploy";

const INSTALL_LIMIT_MS = 600_000;
const TOOL_LIMIT_MS = 600_000;
const STAMP = "stamp";

export type BuildOptions = {
  readonly spawn: Spawn;
  readonly say: (line: string) => void;
  /** For the build alone: what must not turn up in what it makes, say. */
  readonly env?: Readonly<Record<string, string>>;
  /** Build also where the last build is of the same sources. */
  readonly isForced?: boolean;
};

export type Built = {
  /** The copy of the project. */
  readonly project: string;
  /** How long the build took; undefined where the last one is still good. */
  readonly seconds?: number;
};

/** Builds the app for a host, with the host's tools installed first where that has not been done. */
export async function buildHost(host: Host, options: BuildOptions): Promise<Built> {
  const folder = resolve(WORK_FOLDER, host.name);
  const project = join(folder, "project");
  const stamp = sourcesStamp(host);
  const stampFile = join(folder, STAMP);
  await installTools(host, options);
  const isGood = existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;
  if (isGood && !options.isForced) return { project };
  options.say(`Building for ${host.label} ...`);
  rmSync(stampFile, { force: true });
  copyProject(".", project);
  const startedMs = performance.now();
  await host.build(project, runIn(project, host, options));
  writeFileSync(stampFile, stamp);
  return { project, seconds: (performance.now() - startedMs) / 1_000 };
}

/** For programs of the hosts: quiet, and with their own state in our folder and not in the user's. */
export function toolEnv(host: Host): Record<string, string> {
  const bin = host.tools ? [resolve("deploy", host.tools, "node_modules/.bin")] : [];
  return {
    CI: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    WRANGLER_SEND_METRICS: "false",
    VERCEL_TELEMETRY_DISABLED: "1",
    XDG_CONFIG_HOME: resolve(WORK_FOLDER, "config"),
    XDG_DATA_HOME: resolve(WORK_FOLDER, "data"),
    PATH: [...bin, process.env.PATH].join(delimiter),
  };
}

function runIn(cwd: string, host: Host, { spawn, env }: BuildOptions): RunTool {
  return (command, more) => {
    const all = { ...toolEnv(host), NODE_ENV: "production", ...env, ...more };
    return runToEnd(spawn, command, { cwd, env: all, limitMs: TOOL_LIMIT_MS });
  };
}

async function installTools(host: Host, { spawn, say }: BuildOptions): Promise<void> {
  if (!host.tools) return;
  const cwd = resolve("deploy", host.tools);
  const installed = statSync(join(cwd, "node_modules/.package-lock.json"), { throwIfNoEntry: false });
  if (installed && installed.mtimeMs >= statSync(join(cwd, "package-lock.json")).mtimeMs) return;
  say(`Installing the tools for ${host.label}, into deploy/${host.tools} ...`);
  await runToEnd(spawn, ["npm", "ci", "--no-audit", "--no-fund"], { cwd, limitMs: INSTALL_LIMIT_MS });
}

type RunOptions = { cwd: string; env?: Record<string, string>; limitMs: number };

/** Throws where it fails or takes too long, with its last words. */
async function runToEnd(spawn: Spawn, command: readonly [string, ...string[]], options: RunOptions) {
  const { limitMs, ...spawnOptions } = options;
  const owned = spawn(command, spawnOptions);
  const limit = setTimeout(() => owned.signal("SIGKILL"), limitMs);
  await owned.exited;
  clearTimeout(limit);
  if (owned.exitCode !== 0) throw new Error(`${command.join(" ")} failed:\n${owned.lastOutput}`);
}

/** Changes with every source of the app and with the host's own files. */
function sourcesStamp(host: Host): string {
  const own = host.tools ? filesOf(resolve("deploy", host.tools)) : [];
  const hash = createHash("sha256");
  for (const file of [...listSources("."), ...own, ...filesOf(resolve("deploy/hosts"))]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

const filesOf = (folder: string) => filesBelow(folder, (name) => name !== "node_modules").sort();
