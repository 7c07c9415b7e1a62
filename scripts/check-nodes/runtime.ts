import type { Command } from "@/local-cloud/processes/owned-process";
import { installTool } from "./install-tool";

/** A program that runs JavaScript on a server. */
export type Runtime = {
  /** `node 24`, `bun`, `deno`. */
  readonly label: string;
  /** Such as `24.21.0`. */
  readonly version: string;
  readonly path: string;
  /** Runs the script that follows. */
  readonly command: Command;
  /** Holds the program by its name: to go first on the PATH. */
  readonly folder: string;
};

/** The names this module knows: `bun`, `deno` and Node's versions, such as `24` for the newest of that major, or `20.19`. */
export const isRuntimeName = (name: string) => /^(bun|deno|\d{2}(\.\d+){0,2})$/.test(name);

/** Installs a runtime's npm package in a folder of its own, once. Throws where there is none for this machine. */
export async function installRuntime(name: string, say: (line: string) => void): Promise<Runtime> {
  const isNode = /^\d/.test(name);
  const [wanted, program] = isNode ? [`node@${name}`, "node"] : [name, name];
  const { path, folder, version } = await installTool(wanted, { program, say });
  return {
    label: isNode ? `node ${name}` : name,
    version,
    path,
    command: name === "deno" ? [path, "run", "--allow-all"] : [path],
    folder,
  };
}
