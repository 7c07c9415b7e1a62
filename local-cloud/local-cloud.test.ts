import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "./local-cloud";
import { FolderInUse } from "./processes/folder-lock";
import { freePort } from "./processes/free-port";
import { PortTaken } from "./processes/listen";
import type { Command } from "./processes/owned-process";
import { poll } from "./processes/poll";
import type { SupervisorStatus } from "./supervisor-status";

const TEST_APP = fileURLToPath(new URL("./instances/test-app.mjs", import.meta.url));
const command = (port: number): Command => [process.execPath, TEST_APP, `${port}`];

let dataDir: string;
let clouds: LocalCloud[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "local-cloud-test-"));
  clouds = [];
});
afterEach(async () => {
  for (const cloud of clouds) await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<LocalCloudOptions> = {}): Promise<LocalCloud> {
  const cloud = await startLocalCloud({
    instances: 2,
    port: 0,
    dataDir,
    command,
    environment: {},
    ...options,
  });
  clouds.push(cloud);
  return cloud;
}

async function control(
  { supervisor }: LocalCloud,
  line: `${"GET" | "POST"} ${string}`,
): Promise<SupervisorStatus> {
  const [method = "", path] = line.split(" ");
  const headers = { Authorization: `Bearer ${supervisor.token}` };
  const response = await fetch(supervisor.url + path, { method, headers });
  expect(response.status).toBe(200);
  return response.json();
}

const appEnv = async (cloud: LocalCloud): Promise<Record<string, string>> =>
  (await fetch(`${cloud.url}/api/env`)).json();

async function rest(
  { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token }: Record<string, string>,
  ...args: string[]
) {
  const headers = { Authorization: `Bearer ${token}` };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(args) })).json();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("the instances take turns, and know their name, the Redis service, the secret and the supervisor", async () => {
  const cloud = await start({ env: { SIGN_IN_LIMIT: "1000" } });
  const [first, second] = [await appEnv(cloud), await appEnv(cloud)];
  expect([first.INSTANCE_NAME, second.INSTANCE_NAME].sort()).toEqual(["a", "b"]);
  expect(first).toMatchObject({
    SIGN_IN_LIMIT: "1000",
    SESSION_SECRET: expect.stringMatching(/^.{43}$/),
    SUPERVISOR_URL: cloud.supervisor.url,
    SUPERVISOR_TOKEN: cloud.supervisor.token,
    NEXT_TELEMETRY_DISABLED: "1",
  });
  // Empty counts as unset, and keeps a .env file from saying it.
  expect(first).toHaveProperty("APP_ORIGIN", "");
  expect(await rest(first, "SET", "k", "v")).toEqual({ result: "OK" });
});

test("a stop leaves no process; a new start has the same data and secrets", async () => {
  const cloud = await start();
  const before = await appEnv(cloud);
  await rest(before, "SET", "k", "kept");
  const { instances, redis } = await control(cloud, "GET /status");
  const pids = [...instances, redis].map((part) => part?.pid ?? 0);
  expect(pids.every(isAlive)).toBe(true);
  await cloud.stop();
  expect(pids.some(isAlive)).toBe(false);
  expect(existsSync(join(dataDir, "lock.json"))).toBe(false);

  const after = await appEnv(await start());
  expect(after.SESSION_SECRET).toBe(before.SESSION_SECRET);
  expect(await rest(after, "GET", "k")).toEqual({ result: "kept" });
});

test("its secrets are for this user's eyes only", async () => {
  await start();
  expect(statSync(join(dataDir, "secrets.json")).mode & 0o777).toBe(0o600);
});

test("the supervisor stops, starts, kills and adds instances", async () => {
  const cloud = await start();
  const states = ({ instances }: SupervisorStatus) => instances.map(({ name, state }) => `${name} ${state}`);
  expect(states(await control(cloud, "POST /instances/a/stop"))).toEqual(["a stopped", "b running"]);
  expect((await appEnv(cloud)).INSTANCE_NAME).toBe("b");
  expect(states(await control(cloud, "POST /instances/a/start"))).toEqual(["a running", "b running"]);
  expect(states(await control(cloud, "POST /instances/b/kill"))).toEqual(["a running", "b down"]);
  expect(states(await control(cloud, "POST /instances"))).toContain("c running");
  await poll("b to be back", async () => states(await control(cloud, "GET /status")).includes("b running"));
});

test("the supervisor stops, hangs and starts Redis, and the gateway before it", async () => {
  const cloud = await start();
  const env = await appEnv(cloud);
  const ask = () => rest(env, "PING").catch(() => "refused");
  const answers = () => poll("the service to answer", async () => (await ask()).result === "PONG");

  expect((await control(cloud, "POST /redis/stop")).redis).toMatchObject({ state: "stopped", pid: null });
  await poll("an error at once", async () => (await ask()).error?.startsWith("UNAVAILABLE"));
  expect((await control(cloud, "POST /redis/start")).redis?.state).toBe("running");
  await answers();

  expect((await control(cloud, "POST /redis/pause")).redis?.state).toBe("paused");
  const hanging = ask();
  expect((await control(cloud, "POST /redis/resume")).redis?.state).toBe("running");
  expect(await hanging).toEqual({ result: "PONG" });

  const { gateway: before } = await control(cloud, "GET /status");
  expect(before?.requests).toBeGreaterThan(0);
  expect((await control(cloud, "POST /gateway/stop")).gateway).toMatchObject({ ...before, state: "stopped" });
  expect(await ask()).toBe("refused");
  expect((await control(cloud, "POST /gateway/start")).gateway).toMatchObject({
    ...before,
    state: "running",
  });
  await answers();
});

test("the supervisor is for those who have its token", async () => {
  const { supervisor } = await start();
  const post = (path: string, token: string) =>
    fetch(supervisor.url + path, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  expect((await post("/instances/a/kill", "wrong")).status).toBe(401);
  expect((await post("/instances/z/kill", supervisor.token)).status).toBe(404);
  expect((await post("/redis/constructor", supervisor.token)).status).toBe(404);
});

test("the environment's own REST service is used as it is, and nothing is started", async () => {
  const service = { UPSTASH_REDIS_REST_URL: "https://redis.example", UPSTASH_REDIS_REST_TOKEN: "token" };
  const cloud = await start({ environment: service });
  expect(await control(cloud, "GET /status")).toMatchObject({ gateway: null, redis: null });
  expect(readdirSync(dataDir)).not.toContain("redis");
});

test("half of a REST service is said to be half, before anything is started", async () => {
  const half = { UPSTASH_REDIS_REST_URL: "https://redis.example" };
  await expect(start({ environment: half })).rejects.toThrow("UPSTASH_REDIS_REST_TOKEN is missing");
});

test("REDIS_URL gets the gateway before it", async () => {
  const other = await start();
  const { redis } = other.service;
  const secondDir = join(dataDir, "second");
  const cloud = await start({ dataDir: secondDir, environment: { REDIS_URL: redis?.url } });
  expect(await control(cloud, "GET /status")).toMatchObject({ gateway: { state: "running" }, redis: null });
  await rest(await appEnv(cloud), "SET", "k", "shared");
  expect(await rest(await appEnv(other), "GET", "k")).toEqual({ result: "shared" });
  await cloud.stop();
});

test("a second one in the same folder is refused, and the first goes on", async () => {
  const cloud = await start();
  await expect(start()).rejects.toThrow(FolderInUse);
  expect((await fetch(cloud.url)).status).toBe(200);
});

test("a port that is taken is said, and leaves nothing behind", async () => {
  const { balancer } = await start();
  const secondDir = join(dataDir, "second");
  await expect(start({ dataDir: secondDir, port: balancer.port })).rejects.toThrow(PortTaken);
  expect(readdirSync(secondDir)).toEqual([]);
});

test("an instance that cannot start ends the whole start, and the next one is free to try", async () => {
  const port = await freePort();
  const broken: Command = [process.execPath, "-e", "console.error('no good'); process.exit(1)"];
  await expect(start({ port, command: () => broken })).rejects.toThrow("no good");
  expect(existsSync(join(dataDir, "lock.json"))).toBe(false);
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
  expect((await fetch((await start({ port })).url)).status).toBe(200);
});

test("a start can be given up at any time, and leaves nothing behind", async () => {
  // What is in the folder shows how far the start has come.
  for (const sign of ["", "lock.json", "redis", "logs"]) {
    const folder = join(dataDir, `given-up-at-${sign}`);
    mkdirSync(folder);
    const abort = new AbortController();
    const starting = start({ dataDir: folder, signal: abort.signal }).then((cloud) => cloud.stop());
    const settled = Promise.allSettled([starting]);
    await poll(`${sign} to be there`, () => existsSync(join(folder, sign)));
    abort.abort();
    await settled;
    expect(existsSync(join(folder, "lock.json"))).toBe(false);
  }
});
