import { mkdirSync } from "node:fs";
import { freePort } from "../processes/free-port";
import { type Command, type OwnedProcess, type Spawn, spawnOwned } from "../processes/owned-process";
import { poll } from "../processes/poll";
import { pingRedis } from "./ping-redis";

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
  /** Default: a free one. */
  port?: number;
  /** Settings of redis.conf by their names, above our own. */
  settings?: Readonly<Record<string, string>>;
  /** Starts it again when it ends without `stop` or `kill`. Default: it stays down. */
  revive?: boolean;
  /** How to start it: by default on its own, in the local cloud under the process reaper's care. */
  spawn?: Spawn;
};

const FORCE_AFTER_MS = 5_000;
const REVIVE_AFTER_MS = 1_000;

/** Starts a private Redis on 127.0.0.1. Resolves when it answers PING with its data loaded. */
export async function startRedis(options: RedisServerOptions): Promise<RedisServer> {
  const { dataDir, spawn = spawnOwned } = options;
  const port = options.port ?? (await freePort());
  const command = redisCommand(options, port);
  let current: OwnedProcess | undefined;
  let paused = false;
  let isWanted = false;
  let revival: NodeJS.Timeout | undefined;

  function reviveLater(): void {
    if (!isWanted || !options.revive) return;
    revival = setTimeout(() => server.start().catch(reviveLater), REVIVE_AFTER_MS);
  }

  const server: RedisServer = {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return current?.isRunning ? current.pid : undefined;
    },
    get state() {
      if (server.pid === undefined) return "stopped";
      return paused ? "paused" : "running";
    },
    async start() {
      if (server.pid !== undefined) return;
      clearTimeout(revival);
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      paused = false;
      isWanted = true; // From now on: a stop during the start counts.
      const started = spawn(command);
      current = started;
      try {
        await poll("Redis to answer PING", () => {
          if (!started.isRunning) throw new Error(`Redis ended at its start: ${started.lastOutput}`);
          return pingRedis(port);
        });
        started.exited.then(() => current === started && reviveLater());
      } catch (error) {
        await server.kill();
        throw error;
      }
    },
    async stop() {
      isWanted = false;
      clearTimeout(revival);
      await current?.end(FORCE_AFTER_MS);
    },
    async kill() {
      isWanted = false;
      clearTimeout(revival);
      current?.signal("SIGKILL");
      await current?.exited;
    },
    pause() {
      current?.signal("SIGSTOP");
      paused = true;
    },
    resume() {
      current?.signal("SIGCONT");
      paused = false;
    },
  };
  await server.start();
  return server;
}

function redisCommand({ binary, dataDir, appendOnly, settings }: RedisServerOptions, port: number): Command {
  const all = {
    port: `${port}`,
    bind: "127.0.0.1",
    "protected-mode": "yes",
    daemonize: "no",
    dir: dataDir,
    save: "",
    appendonly: appendOnly ? "yes" : "no",
    // At most the last second is lost if the machine goes down; nothing is if only Redis does.
    appendfsync: "everysec",
    ...settings,
  };
  return [binary, ...Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])];
}
