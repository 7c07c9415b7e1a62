import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder with these files, and links to others in it, for one test. */
export function makeTestProject(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), "carryover-project-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const put = (path: string, write: (full: string) => void) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    write(join(folder, path));
  };
  for (const [path, text] of Object.entries(files)) put(path, (full) => writeFileSync(full, text));
  for (const [path, target] of Object.entries(links)) put(path, (full) => symlinkSync(target, full));
  return folder;
}
