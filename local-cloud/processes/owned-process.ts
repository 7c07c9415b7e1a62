import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { env } from "node:process";

/** A program that we started, the leader of a process group of its own. */
export type OwnedProcess = {
  readonly pid: number | undefined;
  readonly isRunning: boolean;
  /** Resolves at its end, also where it could not be started at all. Never rejects. */
  readonly exited: Promise<void>;
  /** Its exit code; null while it runs, and where a signal ended it. */
  readonly exitCode: number | null;
  /** The last of what it printed. */
  readonly lastOutput: string;
  /** To the whole group. Does nothing once it has ended. */
  signal(name: NodeJS.Signals): void;
  /** Sends SIGTERM, then SIGKILL after `forceAfterMs`, and resolves at its end. */
  end(forceAfterMs: number): Promise<void>;
};

export type SpawnOptions = {
  /** Added to our own environment. */
  env?: Record<string, string>;
  /** The folder it works in. Default: ours. */
  cwd?: string;
  /** All it prints is added to this file. */
  logFile?: string;
  /** Gets what it prints to stderr, as it comes. */
  onErrorOutput?: (text: string) => void;
  /** It prints straight to our terminal; nothing is kept. */
  inherit?: boolean;
};

export type Command = readonly [program: string, ...args: string[]];
export type Spawn = (command: Command, options?: SpawnOptions) => OwnedProcess;

/**
 * Starts a program. It leads a process group of its own because Ctrl-C in a terminal goes to the whole group of the
 * foreground: our programs must end in our order and not all at once.
 */
export const spawnOwned: Spawn = ([program, ...args], options = {}) => {
  const stdio = options.inherit ? "inherit" : "pipe";
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", stdio, stdio],
    env: { ...env, ...options.env },
    ...(options.cwd && { cwd: options.cwd }),
  });
  let lastOutput = "";
  const keep = (chunk: Buffer | Error) => {
    lastOutput = (lastOutput + chunk.toString()).slice(-4_000);
    if (options.logFile && Buffer.isBuffer(chunk)) appendFileSync(options.logFile, chunk);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.stderr?.on("data", (chunk: Buffer) => options.onErrorOutput?.(chunk.toString()));

  const owned: OwnedProcess = {
    pid: child.pid,
    get isRunning() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    exited: new Promise((resolve) => {
      child.on("exit", () => {
        // Whatever the leader leaves behind ends with it.
        signalGroup(child, "SIGKILL");
        resolve();
      });
      child.on("error", (error) => {
        keep(error);
        if (child.pid === undefined) resolve();
      });
    }),
    get exitCode() {
      return child.exitCode;
    },
    get lastOutput() {
      return lastOutput.trim();
    },
    signal(name) {
      if (owned.isRunning) signalGroup(child, name);
    },
    async end(forceAfterMs) {
      owned.signal("SIGTERM");
      owned.signal("SIGCONT"); // One that is paused takes no notice of SIGTERM.
      const force = setTimeout(() => owned.signal("SIGKILL"), forceAfterMs);
      await owned.exited;
      clearTimeout(force);
    },
  };
  return owned;
};

function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group is gone.
  }
}
