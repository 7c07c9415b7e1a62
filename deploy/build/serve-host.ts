import type { Host } from "@/deploy/hosts/host";
import { freePort } from "@/local-cloud/processes/free-port";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { poll } from "@/local-cloud/processes/poll";
import { toolEnv } from "./build-host";

export type Served = {
  readonly host: Host;
  readonly origin: string;
  /** Of its process, the leader of a group. */
  readonly pid: number;
  /** From its start to its first answer. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
};

export type ServeOptions = {
  readonly project: string;
  readonly spawn: Spawn;
  /** What the app gets: where Redis is, and its secrets. */
  readonly env: Readonly<Record<string, string>>;
};

const READY_LIMIT_MS = 120_000;
const FORCE_AFTER_MS = 5_000;

/** Serves what was built for a host on a free port of localhost, and resolves at its first answer. */
export async function serveHost(host: Host, { project, spawn, env }: ServeOptions): Promise<Served> {
  const port = await freePort();
  const app = { ...env, INSTANCE_NAME: host.name, APP_ORIGIN: "" };
  const { command, cwd, env: more } = host.serve(project, { port, env: app });
  const startedMs = performance.now();
  const process = spawn(command, { cwd, env: { ...toolEnv(host), ...more } });
  const origin = `http://localhost:${port}`;
  const stop = () => process.end(FORCE_AFTER_MS);
  try {
    await poll(
      `${host.label} to answer`,
      async () => {
        if (!process.isRunning) throw new Error(`${host.label} ended at its start:\n${process.lastOutput}`);
        return isServed(`${origin}/api/health`);
      },
      { limitMs: READY_LIMIT_MS },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, origin, pid: process.pid ?? 0, firstAnswerMs: performance.now() - startedMs, stop };
}

/** Whether something answers there with success. */
export function isServed(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
