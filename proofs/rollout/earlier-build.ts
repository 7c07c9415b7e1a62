import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env as environment } from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * The production build of an earlier commit, in a Git worktree of its own outside of this project: Next would take a folder
 * inside for a part of it. Made once, and found again by the next run.
 *
 * @returns the folder
 */
export async function buildEarlier(commit: string, say: (line: string) => void): Promise<string> {
  const { stdout } = await run("git", ["rev-parse", "--short", `${commit}^{commit}`]);
  const folder = join(tmpdir(), `carryover-${stdout.trim()}`);
  const inFolder = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
  if (!existsSync(folder)) {
    await run("git", ["worktree", "prune"]);
    await run("git", ["worktree", "add", "--detach", folder, commit]);
  }
  if (!existsSync(join(folder, "node_modules/next"))) {
    say(`Installing the packages of ${commit} ...`);
    await run("npm", ["ci", "--no-audit", "--no-fund"], inFolder);
  }
  if (!existsSync(join(folder, ".next/BUILD_ID"))) {
    say(`Building ${commit} ...`);
    const next = join(folder, "node_modules/next/dist/bin/next");
    const env = { ...environment, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
    await run(process.execPath, [next, "build"], { ...inFolder, env });
  }
  return folder;
}
