import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { freePort } from "./free-port";
import { pingRedis } from "./ping-redis";
import { poll } from "./poll";

export type RedisState = "running" | "paused" | "stopped";

export type RedisServer = {
  readonly url: string;
  readonly port: number;
  /** The server's process, or undefined while it is stopped. */
  readonly pid: number | undefined;
  readonly state: RedisState;
  /** Starts it again, on the same port and data. Does nothing while it runs. */
  start(): Promise<void>;
  /** Ends it in order: what was acknowledged is in the append-only file. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Makes it hang: connections stay open and nothing answers, until `resume`. */
  pause(): void;
  resume(): void;
};

export type RedisServerOptions = {
  /** Path of the server program: see find-redis.ts. */
  binary: string;
  /** Folder of the append-only file; made if it does not exist. */
  dataDir: string;
  /** False: nothing is kept, for tests that want an empty Redis each time. */
  appendOnly: boolean;
  /** Told each new process, so that someone can end it if we cannot. */
  onSpawn?: (pid: number) => void;
};

/** Starts a private Redis on a free port of 127.0.0.1. Resolves when it answers PING with its data loaded. */
export async function startRedis(options: RedisServerOptions): Promise<RedisServer> {
  const port = await freePort();
  let running: { child: ChildProcess; log: () => string } | undefined;
  let paused = false;

  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (!running) return;
    const { child } = running;
    running = undefined;
    const exited = hasExited(child) ? undefined : once(child, "exit");
    child.kill(signal);
    if (paused) child.kill("SIGCONT");
    paused = false;
    const force = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await exited;
    clearTimeout(force);
  };

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return running && !hasExited(running.child) ? running.child.pid : undefined;
    },
    get state() {
      if (server.pid === undefined) return "stopped";
      return paused ? "paused" : "running";
    },
    async start() {
      if (server.pid !== undefined) return;
      running = spawnRedis(options, port);
      const { child, log } = running;
      if (child.pid !== undefined) options.onSpawn?.(child.pid);
      try {
        await poll("Redis to answer PING", () => {
          if (hasExited(child)) throw new Error(`Redis ended at its start: ${log()}`);
          return pingRedis(port);
        });
      } catch (error) {
        await end("SIGKILL");
        throw error;
      }
    },
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    pause() {
      paused = running?.child.kill("SIGSTOP") ?? false;
    },
    resume() {
      running?.child.kill("SIGCONT");
      paused = false;
    },
  };
  await server.start();
  return server;
}

function spawnRedis({ binary, dataDir, appendOnly }: RedisServerOptions, port: number) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const settings = {
    port: `${port}`,
    bind: "127.0.0.1",
    "protected-mode": "yes",
    daemonize: "no",
    dir: dataDir,
    save: "",
    appendonly: appendOnly ? "yes" : "no",
    // At most the last second is lost if the machine goes down; nothing is if only Redis does.
    appendfsync: "everysec",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  // A process group of its own: Ctrl-C in a terminal must reach the programs in our order, not all at once.
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  let tail = "";
  const keep = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-2_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.on("error", keep);
  return { child, log: () => tail.trim() };
}

function hasExited(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
