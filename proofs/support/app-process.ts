import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { z } from "zod";
import type { Command } from "@/local-cloud/processes/owned-process";
import { type Skew, settableClock } from "./skewed-clock";

/** A server of the app as a process of its own, whose clock can be set while it runs. */
export interface AppProcess {
  readonly origin: string;
  /** What it has written to its log so far. */
  readonly log: string;
  setClock(hours: Skew): void;
  stop(): Promise<void>;
}

const ready = z.object({ port: z.int() });

export async function startAppProcess(variables: Readonly<Record<string, string>>): Promise<AppProcess> {
  const folder = mkdtempSync(join(tmpdir(), "carryover-clock-"));
  const clockFile = join(folder, "clock");
  const setClock = (hours: Skew) => writeFileSync(clockFile, `${hours < 0 ? "" : "+"}${hours}h`);
  setClock(0);
  const node: Command = [process.execPath, "--import", "tsx"];
  const { command, env: clockEnv } = await settableClock(clockFile, node);
  const [execPath, ...execArgv] = command;
  const child = fork(`${import.meta.dirname}/app-process-worker.ts`, {
    execPath,
    execArgv,
    env: { ...env, ...variables, ...clockEnv },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const exited = once(child, "exit");
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      log += chunk;
    });
  const [said] = await Promise.race([once(child, "message"), exited.then(() => [log])]);
  const { port } = ready.parse(said);
  return {
    origin: `http://localhost:${port}`,
    get log() {
      return log;
    },
    setClock,
    async stop() {
      if (child.connected) child.disconnect();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A browser at an address of its own, with one cookie; each request names the server. */
export function browserAt(address: string, first: AppProcess) {
  const browser = {
    server: first,
    cookie: "",
    async ask(path: string, init: RequestInit = {}): Promise<Response> {
      const headers = new Headers(init.headers);
      headers.set("x-forwarded-for", address);
      if (browser.cookie) headers.set("cookie", browser.cookie);
      const answer = await fetch(browser.server.origin + path, { ...init, headers, redirect: "manual" });
      const [line] = answer.headers.getSetCookie();
      if (line) browser.cookie = line.split(";")[0] ?? "";
      return answer;
    },
    /** What a GET shows. */
    see: async (path: string) => (await browser.ask(path)).json(),
    post: (path: string, fields: object = {}, headers: Readonly<Record<string, string>> = {}) =>
      browser.ask(path, {
        method: "POST",
        body: JSON.stringify(fields),
        headers: { "content-type": "application/json", ...headers },
      }),
  };
  return browser;
}
