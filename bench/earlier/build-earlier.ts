import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type BuildOptions, toolEnv, WORK_FOLDER } from "@/deploy/build/build-host";
import { runToEnd } from "@/deploy/build/run-to-end";
import { NEXT, nextStart } from "@/deploy/hosts/next-start";

const LIMIT_MS = 1_200_000;
const STAMP = "built";

/** Builds the app as it was at a commit, with the packages of that commit's lockfile, once. @returns its folder */
export async function buildEarlier(commit: string, { spawn, say }: BuildOptions): Promise<string> {
  const project = resolve(WORK_FOLDER, `earlier-${commit}`);
  if (existsSync(join(project, STAMP))) return project;
  say(`Building commit ${commit} (once) ...`);
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const archive = join(project, "earlier.tar");
  const build: readonly [string, ...string[]][] = [
    ["tar", "-xf", archive],
    ["npm", "ci", "--no-audit", "--no-fund"],
    [process.execPath, NEXT, "build"],
  ];
  // Fails in a clone that is too shallow to have the commit.
  await runToEnd(spawn, ["git", "archive", "-o", archive, commit], { cwd: ".", limitMs: LIMIT_MS });
  for (const command of build)
    await runToEnd(spawn, command, { cwd: project, env: toolEnv(nextStart), limitMs: LIMIT_MS });
  writeFileSync(join(project, STAMP), commit);
  return project;
}
