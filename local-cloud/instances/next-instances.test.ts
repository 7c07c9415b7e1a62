import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Balancer, startBalancer } from "../balancer/balancer";
import { type Command, spawnOwned } from "../processes/owned-process";
import { poll } from "../processes/poll";
import type { NextInstance } from "./next-instance";
import { createNextInstances, type NextInstances } from "./next-instances";

const TEST_APP = fileURLToPath(new URL("./test-app.mjs", import.meta.url));
const testApp = (port: number): Command => [process.execPath, TEST_APP, `${port}`];

let logsDir: string;
let balancer: Balancer;
let instances: NextInstances;
let said: string[];

function create(command = testApp, metricsPort?: number) {
  return createNextInstances({
    metricsPort,
    pool: balancer.pool,
    spawn: spawnOwned,
    env: {},
    logsDir,
    say: (line) => said.push(line),
    command,
  });
}
beforeEach(async () => {
  logsDir = mkdtempSync(join(tmpdir(), "instances-test-"));
  balancer = await startBalancer({ port: 0 });
  said = [];
  instances = create();
});
afterEach(async () => {
  await instances.stopAll();
  await balancer.close();
  rmSync(logsDir, { recursive: true, force: true });
});

const ask = async (path = "/", init = {}) => fetch(`http://127.0.0.1:${balancer.port}${path}`, init);
const servedBy = async (): Promise<string> => (await (await ask()).json()).servedBy;
const isRunning = (instance: NextInstance) => () => instance.status.state === "running";

test("instances are named a, b, c and take requests as soon as they are added", async () => {
  for (const name of ["a", "b", "c"]) {
    const { status } = await instances.add();
    expect(status).toMatchObject({
      name,
      state: "running",
      pid: expect.any(Number),
      startedAt: expect.any(String),
    });
  }
  expect(new Set(await Promise.all([servedBy(), servedBy(), servedBy()]))).toEqual(new Set(["a", "b", "c"]));
});

const variablesOf = async (): Promise<Record<string, string>> => (await ask("/api/env")).json();

test("each has a port of its own for its metrics, also where all are added at once; without one it has none", async () => {
  await instances.add();
  expect((await variablesOf()).METRICS_PORT).toBe("");
  await instances.stopAll();
  for (const first of [9464, 0]) {
    instances = create(testApp, first);
    const added = await Promise.all([instances.add(), instances.add(), instances.add()]);
    const ports = added.map(({ metricsPort }) => metricsPort);
    expect(new Set(ports).size).toBe(3);
    if (first > 0) expect(ports).toEqual([9464, 9465, 9466]);
    const seen = [await variablesOf(), await variablesOf(), await variablesOf()];
    expect(seen.map(({ METRICS_PORT }) => Number(METRICS_PORT)).sort()).toEqual([...ports].sort());
    await instances.stopAll();
  }
});

test("a stop under load fails no request; it stays stopped until it is started, on the same port", async () => {
  const [a] = [await instances.add(), await instances.add()];
  const { port } = a.status;
  const statuses: number[] = [];
  let isOver = false;
  const clients = Array.from({ length: 8 }, async (_, i) => {
    while (!isOver) statuses.push((await ask("/api/slow", i % 2 ? { method: "POST" } : {})).status);
  });
  await poll("some requests", () => statuses.length > 16);
  await a.stop();
  expect(a.status).toMatchObject({ state: "stopped", pid: null, startedAt: null });
  isOver = true;
  await Promise.all(clients);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await servedBy()).toBe("b");
  await a.start();
  expect(a.status).toMatchObject({ state: "running", port });
});

test("a killed one is started again by itself, as another process on the same port", async () => {
  const a = await instances.add();
  const { pid, port } = a.status;
  await a.kill();
  expect(a.status.state).toBe("down");
  expect((await ask()).status).toBe(503);
  await poll("a to be back", isRunning(a));
  expect(a.status.pid).not.toBe(pid);
  expect(a.status.port).toBe(port);
  expect(await servedBy()).toBe("a");
});

test("one that is down can be started at once, and a stop cancels its return", async () => {
  const a = await instances.add();
  await a.kill();
  await a.start();
  expect(a.status.state).toBe("running");
  await a.kill();
  await a.stop();
  expect(a.status.state).toBe("stopped");
});

test("a start while it is stopping waits for that", async () => {
  const a = await instances.add();
  const { pid } = a.status;
  const stopped = a.stop();
  await a.start();
  await stopped;
  expect(a.status.state).toBe("running");
  expect(a.status.pid).not.toBe(pid);
});

test("one that is being added while all are stopped is not left over", async () => {
  const adding = instances.add();
  await instances.stopAll();
  await expect(adding).rejects.toThrow("closing");
  expect(instances.all).toEqual([]);
});

test("one that cannot start says why, on the screen and in its log, and its pauses grow", async () => {
  instances = create(() => [process.execPath, "-e", "console.error('no good'); process.exit(1)"]);
  await expect(instances.add()).rejects.toThrow("Instance a ended at its start:\nno good");
  await poll(
    "a second attempt",
    () => said.filter((line) => line.includes("starting it again")).length === 2,
  );
  expect(said).toContain("[a] no good");
  expect(said.findLast((line) => line.includes("again"))).toContain("in 2 s");
  expect(readFileSync(join(logsDir, "a.log"), "utf8")).toContain("no good");
});
