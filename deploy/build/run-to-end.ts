import type { Command, Spawn } from "@/local-cloud/processes/owned-process";

export type RunOptions = {
  readonly cwd: string;
  readonly env?: Record<string, string>;
  readonly limitMs: number;
};

/** Runs a program to its end. Throws where it fails or takes too long, with its last words. */
export async function runToEnd(spawn: Spawn, command: Command, options: RunOptions): Promise<void> {
  const { limitMs, ...spawnOptions } = options;
  const owned = spawn(command, spawnOptions);
  const limit = setTimeout(() => owned.signal("SIGKILL"), limitMs);
  await owned.exited;
  clearTimeout(limit);
  if (owned.exitCode !== 0) throw new Error(`${command.join(" ")} failed:\n${owned.lastOutput}`);
}
