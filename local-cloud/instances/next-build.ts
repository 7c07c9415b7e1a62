import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Spawn } from "../processes/owned-process";

// Next writes it at the end of a build that succeeded.
const BUILD_ID_FILE = ".next/BUILD_ID";
// What a build reads: all of these folders, and these files. Next itself rewrites next-env.d.ts.
const SOURCE_FOLDERS = ["app", "lib", "packages/session/src", "public"];
const SOURCE_FILES =
  /^(middleware\.ts|instrumentation\.ts|next\.config\.mjs|postcss\.config\.mjs|tsconfig\.json|package-lock\.json|\.env.*)$/;
const FORCE_AFTER_MS = 2_000;

/**
 * Builds the app in the working folder, unless the last build is newer than every source: a demo that is started a
 * second time should be there at once, and one started after an edit must show the edit.
 */
export async function buildIfStale(spawn: Spawn, say: (line: string) => void): Promise<void> {
  if (isBuildCurrent(".")) return;
  say("Building the app (only after a change; up to a minute) ...");
  const build = spawn([process.execPath, "node_modules/next/dist/bin/next", "build"], {
    env: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
  });
  await build.exited;
  await build.end(FORCE_AFTER_MS);
  if (!isBuildCurrent(".")) throw new Error(`The build failed:\n${build.lastOutput}`);
}

/** Whether the project in this folder has a build that is newer than its sources. */
export function isBuildCurrent(projectDir: string): boolean {
  const builtAtMs = statSync(join(projectDir, BUILD_ID_FILE), { throwIfNoEntry: false })?.mtimeMs;
  if (builtAtMs === undefined) return false;
  const files = readdirSync(projectDir).filter((name) => SOURCE_FILES.test(name));
  return [...SOURCE_FOLDERS, ...files].every((name) => newestMs(join(projectDir, name)) <= builtAtMs);
}

// A folder's own time counts too: it changes when a file is removed.
function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
