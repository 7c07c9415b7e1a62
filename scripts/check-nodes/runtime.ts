import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "@/local-cloud/processes/owned-process";
import { runBounded } from "@/local-cloud/processes/run-bounded";

/** A program that runs JavaScript on a server. */
export type Runtime = {
  /** `node 24`, `bun`, `deno`. */
  readonly label: string;
  /** Such as `24.21.0`. */
  readonly version: string;
  /** Runs the script that follows. */
  readonly command: Command;
  /** What the project promises to run on; the others are tried, and what they cannot do is no failure. */
  readonly isPromised: boolean;
};

const TOOLS_DIR = ".demo/tools/runtimes";
const INSTALL_LIMIT_MS = 300_000;

/** The names this module knows: `bun`, `deno` and the majors of Node. */
export const isRuntimeName = (name: string) => /^(bun|deno|\d{2})$/.test(name);

/**
 * Installs the npm package of a runtime in a folder of its own (once), the newest of that major. Throws with npm's last words
 * where there is none for this machine.
 */
export async function installRuntime(name: string, say: (line: string) => void): Promise<Runtime> {
  const isNode = /^\d+$/.test(name);
  const [packageName, wanted] = isNode ? ["node", `node@${name}`] : [name, name];
  const folder = resolve(TOOLS_DIR, name);
  const program = `${folder}/node_modules/.bin/${packageName}`;
  if (!existsSync(program)) {
    say(`Installing the npm package ${wanted} (once) ...`);
    await mkdir(folder, { recursive: true });
    const npm = ["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", wanted] as const;
    const install = await runBounded(npm, { limitMs: INSTALL_LIMIT_MS });
    if (!install.ok || !existsSync(program)) {
      throw new Error(`${wanted} cannot be installed: ${install.output.trim().split("\n").at(-1)}`);
    }
  }
  const { ok, output } = await runBounded([program, "--version"], { limitMs: 20_000 });
  const [version = ""] = /\d+\.\d+\.\d+/.exec(output) ?? [];
  if (!ok) throw new Error(`${wanted} does not start here: ${output}`);
  return {
    label: isNode ? `node ${name}` : name,
    version,
    command: name === "deno" ? [program, "run", "--allow-all"] : [program],
    isPromised: isNode,
  };
}
