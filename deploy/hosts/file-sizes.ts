import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** All files at or below this path, links followed. `wanted` is asked for the name of each file and folder below it. */
export function filesBelow(path: string, wanted: (name: string) => boolean = () => true): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter(wanted);
  return names.flatMap((name) => filesBelow(join(path, name), wanted));
}

export function folderBytes(path: string): number {
  return filesBelow(path).reduce((sum, file) => sum + statSync(file).size, 0);
}

/** What these files weigh as one compressed stream, one after the other: within a percent of a real archive. */
export function gzipBytes(files: readonly string[]): number {
  return gzipSync(Buffer.concat(files.map((file) => readFileSync(file))), { level: 9 }).length;
}
