import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { InstancePool } from "../balancer/instance-pool";
import { freePort } from "../processes/free-port";
import type { Command, Spawn } from "../processes/owned-process";
import { createNextInstance, type NextInstance } from "./next-instance";

export type NextInstances = {
  /** In the order of their names. */
  readonly all: readonly NextInstance[];
  find(name: string): NextInstance | undefined;
  /** Starts one more, under the next name (a, b, c ...), and resolves when it takes requests. */
  add(): Promise<NextInstance>;
  /** For good: none can be added afterwards. */
  stopAll(): Promise<void>;
};

export type NextInstancesOptions = {
  pool: InstancePool;
  spawn: Spawn;
  /** For all of them; each gets INSTANCE_NAME besides. */
  env: Record<string, string>;
  logsDir: string;
  /** The first one's port for Prometheus, each further one has the next; 0: the system's choice. Default: none. */
  metricsPort?: number | undefined;
  say: (line: string) => void;
  /**
   * The command that serves the app on a port of localhost: by default Next's server for the production build. Never npx or
   * a script: a signal must reach the server, and not a shell that may keep it.
   */
  command?: (port: number) => Command;
};

/**
 * How long a server keeps a connection that has nothing to say: longer than any proxy before it. Who closes first decides
 * whether a request can meet a closing connection: the proxy must, and Caddy keeps its connections for two minutes. Node's own
 * 5 s would cost some requests (Next: `--keepAliveTimeout`; the container's image: KEEP_ALIVE_TIMEOUT).
 */
export const KEEP_ALIVE_MS = 150_000;

/** More than a laptop can run, and as many as there are one-letter names. */
export const MAX_INSTANCES = 26;

/** The servers of the app, all from one build. */
export function createNextInstances(options: NextInstancesOptions): NextInstances {
  const { logsDir, env, metricsPort, command = nextStartBy([process.execPath]), ...shared } = options;
  const all: NextInstance[] = [];
  let hasEnded = false;
  mkdirSync(logsDir, { recursive: true });
  return {
    all,
    find: (name) => all.find(({ status }) => status.name === name),
    async add() {
      const port = await freePort();
      const chosen = metricsPort === 0 ? await freePort() : null;
      if (hasEnded) throw new Error("The local cloud is closing: no server is added any more.");
      if (all.length >= MAX_INSTANCES)
        throw new Error(`There are ${MAX_INSTANCES} instances, and there can be no more.`);
      const name = String.fromCharCode("a".charCodeAt(0) + all.length);
      const instance = createNextInstance({
        ...shared,
        name,
        port,
        metricsPort: metricsPort ? metricsPort + all.length : chosen,
        command: command(port),
        env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", INSTANCE_NAME: name },
        logFile: join(logsDir, `${name}.log`),
      });
      all.push(instance);
      await instance.start();
      return instance;
    },
    async stopAll() {
      hasEnded = true;
      await Promise.all(all.map((instance) => instance.stop()));
    },
  };
}

/** Next's server for the production build, run by this program: Node, or what else runs JavaScript. */
export function nextStartBy(program: Command): (port: number) => Command {
  // By name: on 127.0.0.1 Next 16.4 takes its own middleware's rewrites for another site's, since it calls itself localhost
  // on one side only, and would fetch its own page over the network, with status 200.
  const options = ["-H", "localhost", "--keepAliveTimeout", `${KEEP_ALIVE_MS}`];
  return (port) => [...program, "node_modules/next/dist/bin/next", "start", ...options, "-p", `${port}`];
}
