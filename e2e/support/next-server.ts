import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { freePort } from "@/local-cloud/processes/free-port";
import { expect } from "./fixtures";

/** A Next app in a folder of its own, served beside the local cloud and on its Redis. */
export interface NextServer {
  readonly origin: string;
  stop(): Promise<void>;
}

// Next waits for every connection to end, also for one that a browser has opened in advance and says nothing on.
const FORCE_AFTER_MS = 3_000;

export async function buildNext(folder: string): Promise<void> {
  const build = next(folder, {}, "build");
  let said = "";
  for (const stream of [build.stdout, build.stderr]) stream?.on("data", (chunk) => (said += chunk));
  const [code] = await once(build, "close");
  expect(code, said).toBe(0);
}

/** @param env besides that of the local cloud's own servers */
export async function startNext(folder: string, env: Readonly<Record<string, string>>): Promise<NextServer> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const server = next(folder, env, "start", "-p", String(port), "-H", "localhost");
  // Beside those of the local cloud: what is printed is searched at the end (find-leaks.ts).
  const log = createWriteStream(join(process.env.E2E_LOGS_DIR ?? folder, "beside.log"), { flags: "a" });
  server.stdout?.pipe(log, { end: false });
  server.stderr?.pipe(log, { end: false });
  const answers = () =>
    fetch(origin).then(
      () => true,
      () => false,
    );
  await expect.poll(answers, { timeout: 30_000 }).toBe(true);
  return {
    origin,
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const force = setTimeout(() => server.kill("SIGKILL"), FORCE_AFTER_MS);
        server.kill();
        await once(server, "exit");
        clearTimeout(force);
      }
      log.end();
    },
  };
}

function next(folder: string, env: Readonly<Record<string, string>>, ...args: string[]): ChildProcess {
  const { E2E_INSTANCE_ENV = "{}", ...own } = process.env;
  return spawn(process.execPath, ["node_modules/next/dist/bin/next", ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...own, ...JSON.parse(E2E_INSTANCE_ENV), NEXT_TELEMETRY_DISABLED: "1", ...env },
  });
}
