import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "@/local-cloud/processes/free-port";
import { expect } from "./fixtures";

/** A build of the app, served beside the local cloud and on its Redis. */
export interface NextServer {
  readonly origin: string;
  stop(): Promise<void>;
}

export async function buildNext(folder: string): Promise<void> {
  const [code] = await once(next(folder, {}, "build"), "exit");
  expect(code, "next build").toBe(0);
}

/** @param env besides that of the local cloud's own servers */
export async function startNext(folder: string, env: Readonly<Record<string, string>>): Promise<NextServer> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const server = next(folder, env, "start", "-p", String(port), "-H", "localhost");
  const isUp = () =>
    fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: 30_000 }).toBe(true);
  return {
    origin,
    async stop() {
      if (server.exitCode !== null) return;
      server.kill();
      await once(server, "exit");
    },
  };
}

function next(folder: string, env: Readonly<Record<string, string>>, ...args: string[]): ChildProcess {
  const { E2E_INSTANCE_ENV = "{}", ...own } = process.env;
  return spawn(process.execPath, ["node_modules/next/dist/bin/next", ...args], {
    cwd: folder,
    stdio: "ignore",
    env: { ...own, ...JSON.parse(E2E_INSTANCE_ENV), ...env },
  });
}
