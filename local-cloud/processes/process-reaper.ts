import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeLock } from "./folder-lock";
import { type OwnedProcess, type Spawn, spawnOwned } from "./owned-process";

export type ProcessReaper = {
  /** Starts a program that cannot outlive us. Throws once the reaper is closed. */
  readonly spawn: Spawn;
  /** Ends every program that still runs, then gives the folder back. */
  close(): Promise<void>;
  /** Kills every program at once, for the impatient. */
  killAll(): void;
};

const FORCE_AFTER_MS = 5_000;

/**
 * Takes the folder for this process (FolderInUse if another has it) and watches over the programs started here:
 * reaper-process.mjs ends them even if this process is killed without a chance to do so.
 */
export async function startProcessReaper(folder: string): Promise<ProcessReaper> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lockFile = join(folder, "lock.json");
  const nonce = randomUUID();
  const script = fileURLToPath(new URL("./reaper-process.mjs", import.meta.url));
  const watcher = spawn(process.execPath, [script, lockFile, nonce], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
    env: { NODE_ENV: "production" },
  });
  watcher.stdin.on("error", () => {}); // It has ended, and with it the watch.
  const [firstOutput] = await once(watcher.stdout, "data");
  try {
    await takeLock(lockFile, { pid: process.pid, port: Number(firstOutput), nonce });
  } catch (error) {
    watcher.kill("SIGKILL"); // Not by the end of its input: it would remove the other's lock.
    throw error;
  }
  watcher.unref();

  const running = new Set<OwnedProcess>();
  let closed = false;
  return {
    spawn(command, options) {
      if (closed) throw new Error("The local cloud is closing: nothing is started any more.");
      const owned = spawnOwned(command, options);
      if (owned.pid === undefined) return owned; // It could not be started.
      running.add(owned);
      watcher.stdin.write(`+${owned.pid}\n`);
      owned.exited.then(() => {
        running.delete(owned);
        watcher.stdin.write(`-${owned.pid}\n`);
      });
      return owned;
    },
    async close() {
      closed = true;
      await Promise.all([...running].map((owned) => owned.end(FORCE_AFTER_MS)));
      const exited = watcher.exitCode === null ? once(watcher, "exit") : undefined;
      watcher.ref();
      watcher.stdin.end();
      await exited;
    },
    killAll() {
      closed = true;
      for (const owned of running) owned.signal("SIGKILL");
    },
  };
}
