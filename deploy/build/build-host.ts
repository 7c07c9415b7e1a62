import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { filesBelow } from "@/deploy/hosts/file-sizes";
import type { Host, RunTool } from "@/deploy/hosts/host";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { copyProject, listSources } from "./copy-project";
import { installPackages } from "./install-packages";
import { runToEnd } from "./run-to-end";

/** Where hosts are built: each in a copy of the project, so that neither a demo's build nor a `.env` file is touched. */
export const WORK_FOLDER = ".deploy";

const TOOL_LIMIT_MS = 1_200_000;
const STAMP = "stamp";
const NEXT_CACHE = ".next/cache";

/**
 * "if-stale": only where the last build is of other sources. "from-nothing": in any case, and so that it shows what a build
 * costs. "from-cache": in any case, with what `next build` has kept of the project's own last build.
 */
export type BuildMode = "if-stale" | "from-nothing" | "from-cache";

export type BuildOptions = {
  readonly spawn: Spawn;
  readonly say: (line: string) => void;
  /** For the build alone: what must not turn up in what it makes, say. */
  readonly env?: Readonly<Record<string, string>>;
  readonly mode?: BuildMode;
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
  const { mode = "if-stale", say } = options;
  if (host.tools) await installPackages(join("deploy", host.tools), options);
  const isGood = existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;
  if (isGood && mode === "if-stale") return { project };
  say(`Building for ${host.label} ...`);
  rmSync(stampFile, { force: true });
  copyProject(".", project);
  if (mode === "from-cache" && existsSync(NEXT_CACHE))
    cpSync(NEXT_CACHE, join(project, NEXT_CACHE), { recursive: true });
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

/** Changes with every source of the app and with the host's own files. */
function sourcesStamp(host: Host): string {
  const folders = [...(host.tools ? [resolve("deploy", host.tools)] : []), ...(host.reads ?? [])];
  const own = folders.flatMap(filesOf);
  const hash = createHash("sha256");
  for (const file of [...listSources("."), ...own, ...filesOf(resolve("deploy/hosts"))]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

const filesOf = (folder: string) =>
  filesBelow(folder, (name) => name !== "node_modules" && !name.includes(".test.")).sort();
