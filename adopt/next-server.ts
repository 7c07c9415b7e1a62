import { readFile, rm } from "node:fs/promises";
import { freePort } from "@/local-cloud/processes/free-port";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { poll } from "@/local-cloud/processes/poll";

/** A `next start` in the folder of an app. */
export interface NextServer {
  readonly origin: string;
  /** What it has printed so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

const NEXT = [process.execPath, "node_modules/next/dist/bin/next"] as const;
const ENV = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
// Next waits for every connection to end, also for one that a browser has opened in advance.
const FORCE_AFTER_MS = 3_000;

/**
 * Runs `next build`, which checks the types.
 *
 * @returns what it printed
 * @throws Error with the end of that if it fails
 */
export async function buildNext(folder: string, bundler: string, spawn: Spawn): Promise<string> {
  const logFile = `${folder}-build.log`;
  await rm(logFile, { force: true });
  const build = spawn([...NEXT, "build", `--${bundler}`], { cwd: folder, env: ENV, logFile });
  await build.exited;
  if (build.exitCode !== 0) throw new Error(`next build --${bundler} failed:\n${build.lastOutput}`);
  return readFile(logFile, "utf8");
}

export async function startNext(
  folder: string,
  env: Readonly<Record<string, string>>,
  spawn: Spawn,
): Promise<NextServer> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const logFile = `${folder}-${port}.log`;
  const command = [...NEXT, "start", "-p", `${port}`, "-H", "localhost"] as const;
  const server = spawn(command, { cwd: folder, env: { ...ENV, ...env }, logFile });
  await poll("Next to answer", async () => {
    if (!server.isRunning) throw new Error(`next start ended: ${server.lastOutput}`);
    const response = await fetch(`${origin}/icon-to-ask-for.svg`).catch(() => null);
    return response !== null;
  });
  return {
    origin,
    log: () => readFile(logFile, "utf8"),
    stop: () => server.end(FORCE_AFTER_MS),
  };
}
