import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runBounded } from "@/local-cloud/processes/run-bounded";

// A package of its own, away from this code: its dependencies are not the project's.
const FOLDER = join(import.meta.dirname, "installed");
const INSTALL_LIMIT_MS = 300_000;
const versioned = z.object({ version: z.string() });
const lockfile = z.object({ packages: z.looseObject({ "node_modules/lighthouse": versioned }) });

async function readJson<T>(shape: z.ZodType<T>, path: string): Promise<T> {
  return shape.parse(JSON.parse(await readFile(join(FOLDER, path), "utf8")));
}

/** The path of Lighthouse's command, installed from its own lockfile unless that version is there already. */
export async function installLighthouse(say: (line: string) => void): Promise<string> {
  const { packages } = await readJson(lockfile, "package-lock.json");
  const wanted = packages["node_modules/lighthouse"].version;
  const present = await readJson(versioned, "node_modules/lighthouse/package.json").catch(() => undefined);
  if (present?.version !== wanted) {
    say(`Installing Lighthouse ${wanted} (once) ...`);
    const command = ["npm", "ci", "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund"] as const;
    const { ok, output } = await runBounded([...command], { limitMs: INSTALL_LIMIT_MS });
    if (!ok) throw new Error(`Lighthouse could not be installed:\n${output}`);
  }
  return join(FOLDER, "node_modules/lighthouse/cli/index.js");
}
