import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { runBounded } from "@/local-cloud/processes/run-bounded";

const TOOLS_DIR = ".demo/tools/runtimes";
const INSTALL_LIMIT_MS = 300_000;

/** A program out of the npm registry. */
export interface Tool {
  readonly path: string;
  /** Where the path's program goes by its name. */
  readonly folder: string;
  /** Such as `24.21.0`. */
  readonly version: string;
}

/**
 * Installs an npm package in a folder of its own (once), the newest that `wanted` allows. Throws with npm's last words where
 * there is none for this machine.
 *
 * @param wanted such as `node@24`
 */
export async function installTool(
  wanted: string,
  { program, say }: { program: string; say: (line: string) => void },
): Promise<Tool> {
  const parent = resolve(TOOLS_DIR, wanted.replace("/", "+"));
  const folder = `${parent}/node_modules/.bin`;
  const path = `${folder}/${program}`;
  if (!existsSync(path)) {
    say(`Installing the npm package ${wanted} (once) ...`);
    await mkdir(parent, { recursive: true });
    const npm = ["npm", "install", "--prefix", parent, "--no-audit", "--no-fund", wanted] as const;
    const install = await runBounded(npm, { limitMs: INSTALL_LIMIT_MS });
    if (!install.ok || !existsSync(path)) {
      throw new Error(`${wanted} cannot be installed: ${install.output.trim().split("\n").at(-1)}`);
    }
  }
  const { ok, output } = await runBounded([path, "--version"], { limitMs: 20_000 });
  const [version = ""] = /\d+\.\d+\.\d+/.exec(output) ?? [];
  if (!ok) throw new Error(`${wanted} does not start here: ${output}`);
  return { path, folder, version };
}
