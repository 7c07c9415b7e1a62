import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface CleanCopy {
  readonly folder: string;
  remove(): Promise<void>;
}

/** The project as a clone would have it, with what is not committed yet: its files in a folder of their own, in a repository. */
export async function makeCleanCopy(): Promise<CleanCopy> {
  const folder = await mkdtemp(join(tmpdir(), "carryover-copy-"));
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { stdout } = await run("git", list, { maxBuffer: 2 ** 24 });
  // Git also lists what was removed and not committed yet.
  for (const path of stdout.split("\0").filter((each) => each && existsSync(each))) {
    await cp(path, join(folder, path), { recursive: true, verbatimSymlinks: true });
  }
  // Some tests ask git which files there are.
  await run("git", ["init", "--quiet"], { cwd: folder });
  await run("git", ["add", "--all"], { cwd: folder, maxBuffer: 2 ** 24 });
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
