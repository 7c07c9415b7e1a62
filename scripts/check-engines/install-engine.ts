import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { findOnPath } from "@/local-cloud/processes/find-on-path";
import { runBounded } from "@/local-cloud/processes/run-bounded";

/** Where Debian has them. A release's packages run on another one with that release's own libraries. */
const PACKAGES = {
  "redis@7": { name: "redis-server", suites: ["bookworm"] },
  "redis@8": { name: "redis-server", suites: ["trixie"] },
  "valkey@8.0": { name: "valkey-server", suites: ["bookworm", "bookworm-backports"] },
  "valkey@8": { name: "valkey-server", suites: ["trixie"] },
  "valkey@9": { name: "valkey-server", suites: ["sid"] },
} as const;

type EngineName = keyof typeof PACKAGES;
type DebianPackage = (typeof PACKAGES)[EngineName];

export const ENGINE_NAMES = Object.keys(PACKAGES).filter(isEngineName);

export function isEngineName(name: string): name is EngineName {
  return name in PACKAGES;
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const LIMIT_MS = 300_000;

/** Packages a server is made of: its program is in the tools' package, and what it is linked to in libraries'. */
const WANTED = /^(redis|valkey|lib|zlib)/;

/**
 * A folder with this engine in it as `redis-server`, to go first on the PATH. A package is downloaded by apt-get and unpacked
 * into `toolsDir`, once; nothing is installed on the system. Throws where this is no Debian, or apt-get cannot have it.
 *
 * @param engine one of `ENGINE_NAMES`, or the path of a program
 */
export async function installEngine(
  engine: string,
  { toolsDir, say }: { toolsDir: string; say: (line: string) => void },
): Promise<string> {
  const folder = resolve(toolsDir, "engines", engine.replaceAll(/[^\w.@-]/g, "_"));
  const bin = join(folder, "bin");
  if (!isEngineName(engine)) {
    await rm(bin, { recursive: true, force: true });
    await mkdir(bin, { recursive: true });
    await symlink(resolve(engine), join(bin, "redis-server"));
    return bin;
  }
  if (existsSync(join(bin, "redis-server"))) return bin;
  await rm(folder, { recursive: true, force: true });
  say(`Downloading Debian's package for ${engine} (once, into this folder only) ...`);
  await download(PACKAGES[engine], folder);
  await writeLauncher(folder, PACKAGES[engine].name);
  return bin;
}

/** From the mirror that this system uses, by an apt-get that knows nothing but this folder. */
async function download({ name, suites }: DebianPackage, folder: string): Promise<void> {
  const mirror = await mirrorOf("Debian");
  const apt = join(folder, "apt");
  for (const each of ["lists/partial", "archives/partial"]) await mkdir(join(apt, each), { recursive: true });
  const sources = join(apt, "sources.list");
  const lines = suites.map((suite) => `deb [signed-by=${KEYRING}] ${mirror} ${suite} main`);
  await writeFile(sources, `${lines.join("\n")}\n`);
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    "Dir::Etc::SourceParts=-",
    `Dir::State=${apt}`,
    // As if nothing were installed, so that the libraries come, too.
    "Dir::State::Status=/dev/null",
    `Dir::Cache=${apt}`,
    "Debug::NoLocking=1",
    ...(process.getuid?.() === 0 ? ["APT::Sandbox::User=root"] : []),
  ].flatMap((option) => ["-o", option]);
  await mustRun("apt-get", ...options, "update");
  await mustRun("apt-get", ...options, "install", "--download-only", "--no-install-recommends", "-y", name);
  const archives = join(apt, "archives");
  for (const file of await readdir(archives)) {
    if (file.endsWith(".deb") && WANTED.test(file)) await mustRun("dpkg", "-x", join(archives, file), folder);
  }
  await rm(apt, { recursive: true });
}

async function mirrorOf(origin: string): Promise<string> {
  if (!findOnPath(["apt-get"]) || !findOnPath(["dpkg"]) || !existsSync(KEYRING)) {
    throw new Error("This is no Debian: name the path of a server program instead.");
  }
  const format = "$(ORIGIN) $(SITE)";
  const targets = await mustRun("apt-get", "indextargets", "--format", format, "Created-By: Packages");
  const line = targets.split("\n").find((each) => each.startsWith(`${origin} `));
  if (!line) throw new Error("apt-get names no mirror of Debian: run `apt-get update` once.");
  return line.slice(origin.length + 1).trim();
}

/** The program with the loader and the libraries of its own release: a C library is never older than what was linked to it. */
async function writeLauncher(folder: string, program: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  const find = (pattern: RegExp) => {
    const found = files.find((path) => pattern.test(path));
    if (!found) throw new Error(`Debian's package has no file like ${pattern}.`);
    return join(folder, found);
  };
  const loader = find(/(^|\/)ld-linux[^/]*\.so\.\d+$/);
  const libraries = new Set(
    files.filter((path) => /\.so\.\d+$/.test(path)).map((path) => join(folder, dirname(path))),
  );
  const launcher = join(folder, "bin", "redis-server");
  await mkdir(dirname(launcher));
  await writeFile(
    launcher,
    `#!/bin/sh
exec "${loader}" --library-path "${[...libraries].join(":")}" --argv0 ${program} "${find(new RegExp(`(^|/)usr/bin/${program}$`))}" "$@"
`,
  );
  await chmod(launcher, 0o755);
}

async function mustRun(...command: [string, ...string[]]): Promise<string> {
  const { ok, output } = await runBounded(command, {
    limitMs: LIMIT_MS,
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
  if (!ok) throw new Error(`${basename(command[0])}: ${output.trim().split("\n").at(-1)}`);
  return output;
}
