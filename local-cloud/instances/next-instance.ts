import type { InstancePool } from "../balancer/instance-pool";
import type { Command, OwnedProcess, Spawn } from "../processes/owned-process";
import { poll } from "../processes/poll";
import { throttle } from "../processes/throttle";

/** `down`: it ended by itself or was killed, and is started again in a moment. */
export type InstanceState = "starting" | "running" | "stopping" | "stopped" | "down";

export type InstanceStatus = {
  name: string;
  port: number;
  pid: number | null;
  state: InstanceState;
  /** When its process began, ISO 8601 UTC; null without one. */
  startedAt: string | null;
};

export type NextInstance = {
  readonly status: InstanceStatus;
  /** Where Prometheus may read its metrics, on 127.0.0.1; null: nowhere. */
  readonly metricsPort: number | null;
  /** Resolves when the balancer has it in turn. Throws with its last words where it ends before that. */
  start(): Promise<void>;
  /** No new requests, the open ones answered, then SIGTERM: no request fails. It stays down until started. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash. It comes back by itself. */
  kill(): Promise<void>;
};

export type NextInstanceOptions = {
  name: string;
  /** Its own for as long as the local cloud lives, on localhost. */
  port: number;
  metricsPort: number | null;
  command: Command;
  env: Record<string, string>;
  logFile: string;
  pool: InstancePool;
  spawn: Spawn;
  say: (line: string) => void;
};

const READY_LIMIT_MS = 60_000;
const DRAIN_LIMIT_MS = 10_000;
const FORCE_AFTER_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** One that lived for less than this "keeps dying at once". */
const SHORT_LIFE_MS = 10_000;
const ERRORS_ON_SCREEN = { limit: 5, windowMs: 10_000 };

/** One server of the app, kept alive: ended unasked it is started again, after a pause that grows while that repeats. */
export function createNextInstance(options: NextInstanceOptions): NextInstance {
  const { name, port, metricsPort, pool, say } = options;
  const sayError = throttle(say, {
    ...ERRORS_ON_SCREEN,
    rest: `[${name}] ... and more, in ${options.logFile}`,
  });
  let current: { process: OwnedProcess; startedAt: Date } | undefined;
  let isWanted = false;
  let shortLives = 0;
  let revival: NodeJS.Timeout | undefined;

  const isReady = () => pool.instances.some((instance) => instance.name === name && instance.ready);

  function stateOf(hasProcess: boolean): InstanceState {
    if (!isWanted) return hasProcess ? "stopping" : "stopped";
    if (!hasProcess) return "down";
    return isReady() ? "running" : "starting";
  }

  function launch(): OwnedProcess {
    clearTimeout(revival);
    const process = options.spawn(options.command, {
      // An empty one counts as unset, and a .env file cannot give all of them the same.
      env: { ...options.env, METRICS_PORT: metricsPort === null ? "" : `${metricsPort}` },
      logFile: options.logFile,
      onErrorOutput: (text) => sayError(text.trimEnd().replaceAll(/^/gm, `[${name}] `)),
    });
    const life = { process, startedAt: new Date() };
    current = life;
    pool.add(name, port);
    process.exited.then(() => {
      if (current === life) current = undefined;
      void pool.withdraw(name, 0);
      if (isWanted) reviveLater(Date.now() - life.startedAt.getTime());
    });
    return process;
  }

  function reviveLater(livedMs: number): void {
    shortLives = livedMs < SHORT_LIFE_MS ? shortLives + 1 : 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (shortLives - 1), LONGEST_PAUSE_MS);
    say(`Instance ${name} has ended; starting it again in ${pauseMs / 1_000} s.`);
    revival = setTimeout(launch, pauseMs);
  }

  return {
    metricsPort,
    get status() {
      const { process, startedAt } = current ?? {};
      return {
        name,
        port,
        pid: process?.pid ?? null,
        state: stateOf(process !== undefined),
        startedAt: startedAt?.toISOString() ?? null,
      };
    },
    async start() {
      if (!isWanted) await current?.process.exited; // It is just stopping.
      isWanted = true;
      const process = current?.process ?? launch();
      await poll(
        `instance ${name} to be ready`,
        () => {
          if (!process.isRunning)
            throw new Error(`Instance ${name} ended at its start:\n${process.lastOutput}`);
          return isReady();
        },
        { limitMs: READY_LIMIT_MS },
      );
    },
    async stop() {
      isWanted = false;
      clearTimeout(revival);
      await pool.withdraw(name, DRAIN_LIMIT_MS);
      await current?.process.end(FORCE_AFTER_MS);
    },
    async kill() {
      const process = current?.process;
      process?.signal("SIGKILL");
      await process?.exited;
    },
  };
}
