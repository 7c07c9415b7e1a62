import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "../local-cloud";
import type { Command } from "../processes/owned-process";
import { poll } from "../processes/poll";
import type { SupervisorStatus } from "../supervisor-status";

const TEST_APP = fileURLToPath(new URL("../instances/test-app.mjs", import.meta.url));
const command = (port: number): Command => [process.execPath, TEST_APP, `${port}`];

let dataDir: string;
let cloud: LocalCloud;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "chaos-test-"));
});
afterEach(async () => {
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<LocalCloudOptions> = {}): Promise<void> {
  cloud = await startLocalCloud({
    instances: 2,
    port: 0,
    dataDir,
    command,
    environment: {},
    outageMs: 300,
    ...options,
  });
}

function ask(method: "GET" | "POST", path: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${cloud.supervisor.token}` };
  return fetch(cloud.supervisor.url + path, { method, headers });
}
const status = async (): Promise<SupervisorStatus> => (await ask("GET", "/status")).json();
const states = ({ instances }: SupervisorStatus) => instances.map(({ name, state }) => `${name} ${state}`);
const pidsOf = ({ instances }: SupervisorStatus) => instances.map(({ pid }) => pid);

/** The first answer. */
async function begin(action: string): Promise<SupervisorStatus> {
  const response = await ask("POST", `/chaos/${action}`);
  expect(response.status).toBe(200);
  return response.json();
}

/** How things are when it has ended, and well. */
async function runAction(name: string): Promise<SupervisorStatus> {
  await begin(name);
  await poll(`${name} to end`, async () => (await status()).action?.state !== "running");
  const after = await status();
  expect(after.action).toEqual({ name: name.split("/")[0], state: "done" });
  return after;
}

async function refusalOf(action: string): Promise<[status: number, error: string]> {
  const response = await ask("POST", `/chaos/${action}`);
  return [response.status, (await response.json()).error];
}

/** Visitors without a pause, reads and changes, until the work is done: the statuses they saw. */
async function underRequests(work: () => Promise<unknown>): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  let isOver = false;
  const visitors = Array.from({ length: 6 }, async (_, each) => {
    while (!isOver) {
      const path = each < 2 ? "/api/slow" : "/";
      const response = await fetch(cloud.url + path, { method: each % 2 ? "POST" : "GET" });
      await response.text();
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
    }
  });
  await work().finally(() => {
    isOver = true;
  });
  await Promise.all(visitors);
  return seen;
}

test("a server stops and starts by a chaos action, another is added, and no request fails", async () => {
  await start();
  expect((await status()).action).toBe(null);
  const seen = await underRequests(async () => {
    expect(states(await runAction("stop-server/a"))).toEqual(["a stopped", "b running"]);
    expect(states(await runAction("start-server/a"))).toEqual(["a running", "b running"]);
    expect(states(await runAction("add-server"))).toEqual(["a running", "b running", "c running"]);
  });
  expect([...seen.keys()]).toEqual([200]);
});

test("a killed server is back by itself when the action is done", async () => {
  await start();
  const before = await status();
  const after = await runAction("kill-server/b");
  expect(states(after)).toEqual(["a running", "b running"]);
  expect(pidsOf(after)[0]).toBe(pidsOf(before)[0]);
  expect(pidsOf(after)[1]).not.toBe(pidsOf(before)[1]);
});

test("a server is not killed before the one who asked for it has an answer", async () => {
  await start();
  const pid = pidsOf(await status())[1] ?? null;
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  cloud.chaos.begin("kill-server", "b", answered);
  for (let each = 0; each < 20; each++) await fetch(cloud.url);
  expect(isAlive(pid)).toBe(true);
  answer();
  await poll("it to be killed after all", () => !isAlive(pid));
});

test("a rolling restart renews every server that runs, one after the other, and fails no request", async () => {
  await start({ instances: 3 });
  await runAction("stop-server/c");
  const before = await status();
  const phases: { ready: number; sinceMs: number }[] = [];
  const seen = await underRequests(async () => {
    const restarted = runAction("rolling-restart");
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    restarted.then(end, end);
    await poll("the end", async () => {
      const ready = cloud.balancer.pool.instances.filter((instance) => instance.ready).length;
      if (ready !== phases.at(-1)?.ready) phases.push({ ready, sinceMs: performance.now() });
      return isOver;
    });
    const after = await restarted;
    expect(states(after)).toEqual(["a running", "b running", "c stopped"]);
    expect(pidsOf(after).filter((pid) => pidsOf(before).includes(pid))).toEqual([null]);
  });
  // The one that is back shares the requests for a while, until it is warm.
  expect(phases.map(({ ready }) => ready)).toEqual([2, 1, 2, 1, 2]);
  const [, , back, next] = phases;
  expect((next?.sinceMs ?? 0) - (back?.sinceMs ?? 0)).toBeGreaterThan(1_000);
  expect([...seen.keys()]).toEqual([200]);
});

test("a rolling restart of a server that is alone gets it a spare, and fails no request", async () => {
  await start({ instances: 1 });
  const [pid] = pidsOf(await status());
  const seen = await underRequests(async () => {
    const after = await runAction("rolling-restart");
    expect(states(after)).toEqual(["a running", "b stopped"]);
    expect(pidsOf(after)[0]).not.toBe(pid);
    // The spare that is there already is good for the next one, too.
    expect(states(await runAction("rolling-restart"))).toEqual(["a running", "b stopped"]);
  });
  expect([...seen.keys()]).toEqual([200]);
});

async function rest(...args: string[]): Promise<{ result?: unknown; error?: string } | "refused"> {
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token } = cloud.service.env;
  const init = {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
  };
  const response = await fetch(url, init).catch(() => null);
  return response ? response.json() : "refused";
}
const kept = async () => {
  const answer = await rest("GET", "k");
  return answer !== "refused" && answer.result === "kept";
};

test("Redis is stopped and started again at once or after a while, and has all it had", async () => {
  await start();
  await rest("SET", "k", "kept");
  for (const name of ["restart-redis", "stop-redis"]) {
    const before = await status();
    const { redis } = await runAction(name);
    expect(redis?.state).toBe("running");
    expect(redis?.pid).not.toBe(before.redis?.pid);
    await poll("the value", kept);
  }
});

test("the outage of Redis lasts as long as it should, and its numbers are missing meanwhile", async () => {
  await start({ outageMs: 1_500 });
  const began = Date.now();
  const stopped = await begin("stop-redis");
  await poll("Redis to be stopped", async () => (await status()).redis?.state === "stopped");
  expect((await status()).redis).toMatchObject({ commands: null, memoryBytes: null, pid: null });
  await poll("the end", async () => (await status()).action?.state === "done");
  expect(Date.now() - began).toBeGreaterThan(1_500);
  expect(stopped.action?.state).toBe("running");
});

test("the gateway is lost and comes back on its port", async () => {
  await start({ outageMs: 1_500 });
  await rest("SET", "k", "kept");
  await begin("lose-gateway");
  await poll("the gateway to be gone", async () => (await rest("PING")) === "refused");
  await poll("the end", async () => (await status()).action?.state === "done");
  await poll("the value", kept);
});

test("the status has Redis' own count of commands and memory, and null from one that hangs", async () => {
  await start();
  const { redis: before } = await status();
  expect(before?.memoryBytes).toBeGreaterThan(100_000);
  for (let each = 0; each < 50; each++) await rest("PING");
  const { redis } = await status();
  expect((redis?.commands ?? 0) - (before?.commands ?? 0)).toBeGreaterThanOrEqual(50);
  await ask("POST", "/redis/pause");
  expect((await status()).redis).toMatchObject({ state: "paused", commands: null, memoryBytes: null });
  await ask("POST", "/redis/resume");
});

test("a chaos action while another one runs is refused, and does nothing", async () => {
  await start({ outageMs: 1_500 });
  await begin("stop-redis");
  expect(await refusalOf("stop-server/a")).toEqual([409, "Another action is running."]);
  await poll("the end", async () => (await status()).action?.state === "done");
  expect(states(await status())).toEqual(["a running", "b running"]);
});

test("the last server that runs is not stopped, and nothing that does not exist is", async () => {
  await start();
  expect(states(await runAction("stop-server/b"))).toEqual(["a running", "b stopped"]);
  expect(await refusalOf("stop-server/a")).toEqual([400, expect.stringContaining("last server")]);
  expect(await refusalOf("kill-server/b")).toEqual([400, expect.stringContaining("does not run")]);
  for (const unknown of ["stop-server/z", "stop-server", "start-server/z", "nothing", "constructor"]) {
    expect((await refusalOf(unknown))[0]).toBe(404);
  }
  expect((await status()).action).toEqual({ name: "stop-server", state: "done" });
});

test("a service that is another's is left alone", async () => {
  const service = { UPSTASH_REDIS_REST_URL: "https://redis.example", UPSTASH_REDIS_REST_TOKEN: "token" };
  await start({ environment: service });
  for (const name of ["restart-redis", "stop-redis", "lose-gateway"]) {
    expect(await refusalOf(name)).toEqual([404, expect.stringContaining("not this local cloud's")]);
  }
});

test("a chaos action that fails is said to have failed, and the next one may begin", async () => {
  const said: string[] = [];
  let canStart = true;
  const broken: Command = [process.execPath, "-e", "console.error('no good'); process.exit(1)"];
  await start({ say: (line) => said.push(line), command: (port) => (canStart ? command(port) : broken) });
  canStart = false;
  await begin("add-server");
  await poll("the end", async () => (await status()).action?.state === "failed");
  expect(said.join()).toContain("The action add-server failed: Instance c ended at its start:\nno good");
  await runAction("stop-server/c");
});

function isAlive(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each(["rolling-restart", "add-server", "kill-server/a", "restart-redis", "stop-redis", "lose-gateway"])(
  "a local cloud that is stopped during %s leaves no process and no open port",
  async (name) => {
    await start({ outageMs: 60_000 });
    const { redis, gateway } = await status();
    const seen = new Set([...pidsOf(await status()), redis?.pid ?? null]);
    const parts = () => [...cloud.instances.all.map(({ status }) => status), cloud.service.gateway?.status];
    await begin(name);
    const isUnderWay = () => {
      for (const { status } of cloud.instances.all) seen.add(status.pid);
      seen.add(cloud.service.redis?.pid ?? null);
      return cloud.service.redis?.pid !== redis?.pid || parts().some((part) => part?.state !== "running");
    };
    await poll("the action to be under way", isUnderWay, { everyMs: 1 });
    await cloud.stop();
    isUnderWay();
    // It has given up, and will not start anything later.
    await poll("the action to end", () => cloud.chaos.status?.state !== "running");
    expect([...seen].filter(isAlive)).toEqual([]);
    for (const port of [redis?.port, new URL(gateway?.url ?? "").port]) {
      await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    }
  },
);
