import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { env as environment } from "node:process";
import { createClient } from "redis";
import { afterEach, expect, test, vi } from "vitest";
import { poll } from "../../../local-cloud/processes/poll.ts";

// Each starts a program that takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const TOKEN = "a-token-that-nobody-shall-see";
const running: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of running.splice(0)) await end();
});

function startCli(args: string[], env: Record<string, string> = {}) {
  const { GATEWAY_TOKEN: _, UPSTASH_REDIS_REST_TOKEN: __, REDIS_URL: ___, ...others } = environment;
  const file = join(import.meta.dirname, "cli.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, "--port", "0", ...args], {
    env: { ...others, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const printed = { all: "" };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      printed.all += chunk;
    });
  }
  running.push(async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await exited;
  });
  return { child, printed, exited };
}

async function ask(printed: { all: string }, command: string[]): Promise<Response> {
  await poll("the gateway to listen", () => /on http:\S+\./.test(printed.all));
  const url = /on (http:\S+)\. /.exec(printed.all)?.[1] ?? "";
  const headers = { Authorization: `Bearer ${TOKEN}` };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(command) });
}

/** Of a request with the token. There is no Redis: 503 with the right one. */
async function statusWithToken(printed: { all: string }): Promise<number> {
  return (await ask(printed, ["PING"])).status;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(true));
  });
}

const NO_REDIS = ["--redis-url", "redis://127.0.0.1:9"];

test.each(["GATEWAY_TOKEN", "UPSTASH_REDIS_REST_TOKEN"])(
  "the token comes from %s, and is neither in the list of processes nor in what is printed",
  async (name) => {
    const { child, printed } = startCli(NO_REDIS, { [name]: TOKEN });
    expect(await statusWithToken(printed)).toBe(503);
    if (process.platform === "linux") {
      expect(readFileSync(`/proc/${child.pid}/cmdline`, "utf8")).not.toContain(TOKEN);
    }
    expect(printed.all).not.toContain(TOKEN);
  },
);

test("--token works, too, with a warning that does not repeat it", async () => {
  const { printed } = startCli([...NO_REDIS, "--token", TOKEN], { GATEWAY_TOKEN: "another" });
  expect(await statusWithToken(printed)).toBe(503);
  expect(printed.all).toContain("--token can be read in the list of processes");
  expect(printed.all).not.toContain(TOKEN);
});

test("a Redis URL, which may hold a password, comes from REDIS_URL", async () => {
  const { printed } = startCli([], { GATEWAY_TOKEN: TOKEN, REDIS_URL: "redis://:secret@127.0.0.1:9" });
  expect(await statusWithToken(printed)).toBe(503);
  expect(printed.all).not.toContain("secret");
});

test("with --start-redis it has an empty Redis behind a password of its own, which ends with it", async () => {
  const { child, printed, exited } = startCli(["--start-redis"], { GATEWAY_TOKEN: TOKEN });
  expect(await (await ask(printed, ["DBSIZE"])).json()).toEqual({ result: 0 });
  const info = JSON.stringify(await (await ask(printed, ["INFO"])).json());
  const port = Number(/tcp_port:(\d+)/.exec(info)?.[1]);
  const stranger = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } });
  stranger.on("error", () => {});
  await expect(stranger.connect()).rejects.toThrow("NOAUTH");
  child.kill("SIGTERM");
  expect((await exited)[0]).toBe(0);
  await poll("Redis to be gone", () => isFree(port));
});

test("when its own Redis dies it ends, and says so", async () => {
  const { printed, exited } = startCli(["--start-redis"], { GATEWAY_TOKEN: TOKEN });
  await poll("Redis to answer", async () => (await ask(printed, ["PING"])).status === 200);
  const info = JSON.stringify(await (await ask(printed, ["INFO"])).json());
  process.kill(Number(/process_id:(\d+)/.exec(info)?.[1]), "SIGKILL");
  expect((await exited)[0]).toBe(1);
  expect(printed.all).toContain("Redis has ended");
});

test("with --start-redis and no such program on the PATH it says what it looked for", async () => {
  const { printed, exited } = startCli(["--start-redis"], { GATEWAY_TOKEN: TOKEN, PATH: "/no-such-folder" });
  expect((await exited)[0]).toBe(1);
  expect(printed.all).toContain("neither redis-server nor valkey-server is on the PATH");
});

test("without a token it does not start, and says what is missing", async () => {
  const { printed, exited } = startCli(NO_REDIS);
  expect((await exited)[0]).toBe(1);
  expect(printed.all).toContain("GATEWAY_TOKEN is not set");
});
