import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { filesBelow } from "@/deploy/hosts/file-sizes";

// One list for every host of what a build reads, and of what must not get near one.
const LIST = "deploy/container/Dockerfile.dockerignore";

export type Sources = { readonly parts: readonly string[]; readonly isLeftOut: (path: string) => boolean };

/** Of the list's language we speak only: a star for everything, an exclamation mark before a part, and names anywhere. */
export function readSources(list: string): Sources {
  const lines = list.split("\n").filter((line) => line !== "" && line !== "*" && !line.startsWith("#"));
  const parts = lines.filter((line) => line.startsWith("!")).map((line) => line.slice("!".length));
  const names = lines.filter((line) => line.startsWith("**/")).map((line) => line.slice("**/".length));
  const unknown = lines.find((line) => !line.startsWith("!") && !line.startsWith("**/"));
  if (unknown) throw new Error(`${LIST} says "${unknown}", which only an image's build would understand.`);
  const asText = (name: string) => name.replaceAll(/[.+?^$()[\]{}|\\]/g, "\\$&").replaceAll("*", "[^/]*");
  const leftOut = new RegExp(`^(?:${names.map(asText).join("|")})$`);
  return { parts, isLeftOut: (path) => leftOut.test(basename(path)) };
}

/** The files that a build reads, in order. */
export function listSources(from: string): string[] {
  const { parts, isLeftOut } = readSources(readFileSync(join(from, LIST), "utf8"));
  return parts.flatMap((part) => filesBelow(join(from, part), (name) => !isLeftOut(name))).sort();
}

/**
 * A fresh copy of the project as a build sees it: the listed sources and the installed packages, and no `.env` file, whose
 * values Next and the hosts' tools would put into what they make. Takes the place of what was there.
 */
export function copyProject(from: string, to: string): void {
  const { parts, isLeftOut } = readSources(readFileSync(join(from, LIST), "utf8"));
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const part of parts) copyTree(join(from, part), join(to, part), { isLeftOut, copy: copyFileSync });
  // The same files under a second name: thousands of them, in two seconds.
  copyTree(join(from, "node_modules"), join(to, "node_modules"), { isLeftOut: isCache, copy: linkOrCopy });
}

const isCache = (path: string) => basename(path) === ".cache" || basename(path) === ".vite";

type CopyOptions = { isLeftOut: (path: string) => boolean; copy: (from: string, to: string) => void };

function copyTree(from: string, to: string, options: CopyOptions): void {
  const entries = entriesOf(from);
  if (!entries) {
    mkdirSync(dirname(to), { recursive: true });
    options.copy(from, to);
    return;
  }
  mkdirSync(to, { recursive: true });
  for (const entry of entries) {
    const [path, target] = [join(from, entry.name), join(to, entry.name)];
    if (options.isLeftOut(path)) continue;
    if (entry.isDirectory()) copyTree(path, target, options);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(path), target);
    else options.copy(path, target);
  }
}

/** `undefined` for a file. */
function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to); // Another disk, or one that knows no links.
  }
}
