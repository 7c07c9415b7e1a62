import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Command } from "@/local-cloud/processes/owned-process";
import { runBounded } from "@/local-cloud/processes/run-bounded";
import { installTool } from "./install-tool";

/** A program that installs a project's packages, and is not npm. */
export interface PackageManager {
  /** Such as `12.21.0`. */
  readonly version: string;
  /** One after the other, in the project's folder. */
  readonly install: readonly Command[];
  /** For these commands. */
  readonly env: Readonly<Record<string, string>>;
  /** What has to be done in the folder before. */
  prepare(folder: string): Promise<void>;
}

type Manager = {
  /** In the npm registry. */
  readonly packageName: string;
  readonly program: string;
  readonly install: readonly (readonly string[])[];
  readonly env?: Readonly<Record<string, string>>;
  readonly readsNpmsLockfile: boolean;
};

const MANAGERS: Readonly<Record<string, Manager>> = {
  pnpm: {
    packageName: "pnpm",
    program: "pnpm",
    install: [["import"], ["install", "--frozen-lockfile"]],
    readsNpmsLockfile: true,
  },
  "bun-install": { packageName: "bun", program: "bun", install: [["install"]], readsNpmsLockfile: true },
  yarn: {
    packageName: "@yarnpkg/cli-dist",
    program: "yarn",
    install: [["install"]],
    // Without it Yarn makes no node_modules, which the demo's programs are started from.
    env: { YARN_NODE_LINKER: "node-modules", YARN_ENABLE_TELEMETRY: "0" },
    readsNpmsLockfile: false,
  },
  "yarn@1": {
    packageName: "yarn@1",
    program: "yarn",
    install: [["install", "--non-interactive"]],
    readsNpmsLockfile: false,
  },
};

export const MANAGER_NAMES = Object.keys(MANAGERS);

/** Installs one of `MANAGER_NAMES` in a folder of its own, once. */
export async function installPackageManager(
  name: string,
  say: (line: string) => void,
): Promise<PackageManager> {
  const manager = MANAGERS[name];
  if (!manager) throw new Error(`There is no package manager "${name}".`);
  const { packageName, program, install, env, readsNpmsLockfile } = manager;
  const tool = await installTool(packageName, { program, say });
  const { output } = await runBounded(["npm", "config", "get", "registry"], { limitMs: 20_000 });
  const registry = output.trim();
  return {
    version: tool.version,
    install: install.map((args) => [tool.path, ...args]),
    // Each asks the registry that npm asks here.
    env: { npm_config_registry: registry, YARN_NPM_REGISTRY_SERVER: registry, ...env },
    prepare: async (folder) => {
      if (!readsNpmsLockfile) await pinVersions(folder);
    },
  };
}

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      link: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

/**
 * Writes the versions of package-lock.json into package.json as `resolutions`, which is what Yarn reads. Without them it takes
 * the newest of what others depend on, and the result depends on the day. A package that is there twice is left out; so is an
 * optional one, which Yarn 1 would then want on every system.
 */
async function pinVersions(folder: string): Promise<void> {
  const { packages } = lockfile.parse(JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8")));
  const versions = new Map<string, Set<string>>();
  for (const [path, { version, link, optional }] of Object.entries(packages)) {
    const name = path.split("node_modules/").at(-1);
    if (!name || !version || link || optional || !path.includes("node_modules/")) continue;
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  const resolutions = Object.fromEntries(
    [...versions].flatMap(([name, all]) => (all.size === 1 ? [[name, [...all][0]]] : [])),
  );
  const manifest = join(folder, "package.json");
  const project = z.looseObject({}).parse(JSON.parse(await readFile(manifest, "utf8")));
  await writeFile(manifest, JSON.stringify({ ...project, resolutions }, null, 2));
}
