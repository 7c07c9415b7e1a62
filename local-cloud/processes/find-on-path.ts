import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "node:process";

/** The first of these programs that is on the PATH, as an absolute path; undefined if none is. */
export function findOnPath(names: readonly string[]): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter(Boolean);
  const suffixes = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  return names
    .flatMap((name) => folders.flatMap((folder) => suffixes.map((suffix) => join(folder, name + suffix))))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
