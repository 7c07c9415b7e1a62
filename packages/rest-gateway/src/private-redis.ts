import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Redis that is there for as long as the gateway, and empty at its start. */
export type PrivateRedis = {
  /** With its password. */
  readonly url: string;
  /** Resolves to what it printed last, if it ends before `stop`. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
};

const PROGRAMS = ["redis-server", "valkey-server"];
const FORCE_AFTER_MS = 5_000;

/** Starts the first of these programs that is on the PATH, on a free port of 127.0.0.1. Resolves when it takes connections. Throws where there is none. */
export async function startPrivateRedis(): Promise<PrivateRedis> {
  const port = await freePort();
  const password = randomBytes(24).toString("base64url");
  const folder = mkdtempSync(join(tmpdir(), "rest-gateway-"));
  // By standard input: a command line can be read in the list of processes.
  const settings = [
    `port ${port}`,
    "bind 127.0.0.1",
    `requirepass ${password}`,
    `dir ${folder}`,
    'save ""',
    "appendonly no",
  ];
  for (const program of PROGRAMS) {
    const child = spawn(program, ["-"], { stdio: ["pipe", "pipe", "ignore"] });
    let printed = "";
    let wasReady = () => {};
    const ready = new Promise<void>((resolve) => {
      wasReady = resolve;
    });
    child.stdout.on("data", (chunk) => {
      printed = `${printed}${chunk}`.slice(-2_000);
      if (printed.includes("Ready to accept connections")) wasReady();
    });
    child.stdin.on("error", () => {}); // It has ended: `died` says so.
    const ended = once(child, "close");
    try {
      await once(child, "spawn");
    } catch {
      continue; // Not on the PATH.
    }
    const killIt = () => child.kill("SIGKILL");
    process.on("exit", killIt);
    child.stdin.end(settings.join("\n"));
    const died = ended.then(() => printed);
    const reason = await Promise.race([ready, died]);
    if (typeof reason === "string") throw new Error(`Redis ended at its start:\n${reason}`);
    return {
      url: `redis://:${password}@127.0.0.1:${port}`,
      died,
      async stop() {
        child.kill("SIGTERM");
        const force = setTimeout(killIt, FORCE_AFTER_MS);
        await ended;
        clearTimeout(force);
        process.off("exit", killIt);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`--start-redis: neither ${PROGRAMS.join(" nor ")} is on the PATH.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
