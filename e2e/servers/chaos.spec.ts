import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { startLocalCloud } from "@/local-cloud/local-cloud";
import { expect, signInAsGuest, test } from "../support/fixtures";
import { type NextServer, startNext } from "../support/next-server";

const CLOUD = "/api/proof/cloud";

interface CloudBody {
  instances: { name: string; state: string; startedAt: string | null }[];
  action: { name: string; state: string } | null;
}

async function cloudOf(http: APIRequestContext): Promise<CloudBody> {
  const response = await http.get(CLOUD);
  expect(response.status(), await response.text()).toBe(200);
  return response.json();
}

/** Starts a chaos action as the page does, and waits for its end. */
async function runAction(http: APIRequestContext, name: string, instance?: string): Promise<CloudBody> {
  const response = await http.post(CLOUD, { data: { action: name, ...(instance && { instance }) } });
  expect(response.status(), name).toBe(200);
  let now: CloudBody = await response.json();
  expect(now.action?.name).toBe(name);
  // As the page does, which asks again where one answer fails: a busy machine's supervisor may be late.
  await expect(async () => {
    now = await cloudOf(http);
    expect(now.action?.state).not.toBe("running");
  }).toPass({ timeout: 60_000 });
  expect(now.action).toEqual({ name, state: "done" });
  return now;
}

interface Tally {
  requests: number;
  failed: string[];
  /** Answers with another session than at the start, or without one. */
  lost: number;
  servers: Set<string>;
  slowestMs: number;
}

/** Signed-in requests at a steady rate, one change in each four, however long an answer takes, until the work is done. */
async function underRequests(
  http: APIRequestContext,
  { url, perSecond, work }: { url: string; perSecond: number; work: () => Promise<unknown> },
): Promise<Tally> {
  const handle = await handleOf(http);
  // Node's own fetch: Playwright's keeps a record of every request, which takes more time than the request.
  const { cookies } = await http.storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const change = { method: "POST", headers: { cookie, "content-type": "application/json" }, body: "{}" };
  const tally: Tally = { requests: 0, failed: [], lost: 0, servers: new Set(), slowestMs: 0 };
  const open: Promise<void>[] = [];
  const send = async (isChange: boolean) => {
    const sentMs = performance.now();
    const response = isChange
      ? await fetch(`${url}/api/session/views`, change)
      : await fetch(`${url}/api/session`, { headers: { cookie } });
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - sentMs);
    tally.servers.add(response.headers.get("x-served-by") ?? "?");
    if (!response.ok) tally.failed.push(`${isChange ? "POST" : "GET"} ${await refusalOf(response)}`);
    else if ((await response.json()).session?.handle !== handle) tally.lost++;
  };
  const beganMs = performance.now();
  // As many as are due: a busy machine is late with its timers.
  const timer = setInterval(() => {
    while (tally.requests < ((performance.now() - beganMs) / 1_000) * perSecond) {
      const isChange = tally.requests++ % 4 === 3;
      open.push(
        send(isChange).catch((error) => {
          tally.failed.push(String(error).split("\n")[0] ?? "");
        }),
      );
    }
  }, 10);
  await work().finally(() => clearInterval(timer));
  await Promise.all(open);
  return tally;
}

/** Such as `503 unavailable`; the balancer's own refusals have no code. */
async function refusalOf(response: Response): Promise<string> {
  const { code }: { code?: string } = await response.json().catch(() => ({}));
  return `${response.status} ${code ?? "by the balancer"}`;
}

async function handleOf(http: APIRequestContext): Promise<string> {
  const response = await http.get("/api/session");
  return response.ok() ? ((await response.json()).session?.handle ?? "none") : `status ${response.status()}`;
}

test.describe("on the local cloud", () => {
  test.beforeEach(({ cloud: _ }) => {});

  // However a test ends, the next one finds both servers, Redis and the gateway.
  test.afterEach(async ({ cloud }) => {
    await expect
      .poll(async () => (await cloud.status()).action?.state, { timeout: 60_000 })
      .not.toBe("running");
    for (const { name, state } of (await cloud.status()).instances) {
      if (name > "b" ? state !== "stopped" : state === "stopped") {
        await cloud.ask(`instances/${name}/${name > "b" ? "stop" : "start"}`);
      }
    }
  });

  test("anybody can read its parts, without a session, at the cost of no request to Redis", async ({
    request,
    cloud,
  }) => {
    const requests = await cloud.restRequestsOf(async () => {
      const body = await (await request.get(CLOUD)).json();
      expect(body).toMatchObject({
        servedBy: expect.stringMatching(/^[ab]$/),
        gateway: { state: "running", requests: expect.any(Number) },
        redis: { state: "running", commands: expect.any(Number), memoryBytes: expect.any(Number) },
      });
      expect(Object.keys(body).sort()).toEqual(["action", "gateway", "instances", "redis", "servedBy"]);
      expect(Object.keys(body.instances[0])).toEqual(["name", "state", "startedAt"]);
    });
    expect(requests).toBe(0);
  });

  test("a server that is stopped, started, killed or added leaves the session as it was", async ({
    page,
  }) => {
    test.slow(); // A server takes some seconds to start, and more on a busy machine.
    await signInAsGuest(page);
    const handle = await handleOf(page.request);
    for (const [name, instance] of [
      ["stop-server", "a"],
      ["start-server", "a"],
      ["kill-server", "b"],
      ["add-server", undefined],
      ["stop-server", "c"],
    ] as const) {
      await runAction(page.request, name, instance);
      expect(await handleOf(page.request), name).toBe(handle);
    }
  });

  test("a server that passes on its own end still answers", async ({ request, cloud }) => {
    test.slow();
    const { port } = (await cloud.status()).instances.find(({ name }) => name === "a") ?? {};
    const killed = { name: "kill-server", state: "done" };
    const options = { data: { action: "kill-server", instance: "a" } };
    const response = await request.post(`http://localhost:${port}${CLOUD}`, options);
    expect([response.status(), response.headers()["x-served-by"]]).toEqual([200, "a"]);
    await expect.poll(async () => (await cloudOf(request)).action, { timeout: 60_000 }).toEqual(killed);
  });

  for (const name of ["restart-redis", "stop-redis", "lose-gateway"]) {
    test(`${name}: an outage at most, and every session is there afterwards`, async ({
      playwright,
      baseURL,
    }) => {
      const visitors = await Promise.all(
        Array.from({ length: 20 }, () => playwright.request.newContext({ baseURL: baseURL ?? "" })),
      );
      const [first] = visitors;
      if (!first) throw new Error("nobody came");
      await Promise.all(visitors.map((visitor) => visitor.post("/api/guest", { data: {} })));
      const handles = await Promise.all(visitors.map(handleOf));
      const tally = await underRequests(first, {
        url: baseURL ?? "",
        perSecond: 10,
        work: () => runAction(first, name),
      });
      await expect.poll(() => handleOf(first)).toBe(handles[0]);
      const after = await Promise.all(visitors.map(handleOf));
      const lost = after.filter((handle, each) => handle !== handles[each]).length;
      console.log(
        `${name}: ${tally.requests} requests meanwhile, ${tally.failed.length} answered 503; ${lost} of ${after.length} sessions lost`,
      );
      expect(lost).toBe(0);
      expect(tally.lost).toBe(0);
      expect(tally.failed.filter((each) => !each.endsWith(" 503 unavailable"))).toEqual([]);
      if (name !== "restart-redis") expect(tally.failed.length).toBeGreaterThan(0);
      for (const visitor of visitors) await visitor.dispose();
    });
  }

  test("a second chaos action is refused while one runs, the last server is not stopped, a form goes back to the page", async ({
    request,
    baseURL,
  }) => {
    await runAction(request, "stop-server", "b");
    const last = await request.post(CLOUD, { data: { action: "stop-server", instance: "a" } });
    expect(last.status()).toBe(400);
    expect((await last.json()).detail).toContain("last server");
    const headers = { origin: baseURL ?? "" };
    const options = { form: { action: "start-server", instance: "b" }, headers, maxRedirects: 0 };
    const form = await request.post(CLOUD, options);
    expect([form.status(), form.headers().location]).toEqual([303, "/proof"]);
    const second = await request.post(CLOUD, { data: { action: "add-server" } });
    expect(second.status()).toBe(503);
    expect(second.headers()["retry-after"]).toBe("1");
    expect((await second.json()).code).toBe("busy");
  });
});

test("a rolling restart under 50 requests a second: none fails, and no session is lost", async ({
  playwright,
  cloud,
}) => {
  test.slow();
  expect((await cloud.status()).action?.state).not.toBe("running");
  const dataDir = await mkdtemp(join(tmpdir(), "carryover-rolling-restart-"));
  // A cloud of its own, whose servers wait longer for Redis: a starting server takes a busy machine's processors from all
  // others, and what is then late is no failure of the restart.
  const env = { SESSION_DEADLINE_MS: "20000" };
  const { url, stop } = await startLocalCloud({ instances: 2, port: 0, dataDir, env });
  try {
    const http = await playwright.request.newContext({ baseURL: url });
    await http.post("/api/guest", { data: {} });
    const before = await cloudOf(http);
    const began = Date.now();
    const work = () => runAction(http, "rolling-restart");
    const tally = await underRequests(http, { url, perSecond: 50, work });
    const seconds = (Date.now() - began) / 1_000;
    const after = await cloudOf(http);
    console.log(
      `rolling restart: ${tally.requests} requests in ${seconds.toFixed(1)} s, ${tally.failed.length} failed, ` +
        `${tally.lost} sessions lost; the slowest answer took ${Math.round(tally.slowestMs)} ms`,
    );
    for (const [each, { startedAt }] of after.instances.entries()) {
      expect(Date.parse(startedAt ?? "")).toBeGreaterThan(
        Date.parse(before.instances[each]?.startedAt ?? ""),
      );
    }
    expect(tally.failed).toEqual([]);
    expect(tally.lost).toBe(0);
    expect([...tally.servers].sort()).toEqual(["a", "b"]);
    expect(tally.requests).toBeGreaterThan(100);
    await http.dispose();
  } finally {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

test.describe("a production server without a supervisor", () => {
  let server: NextServer | undefined;

  test.beforeAll(async () => {
    test.skip(!process.env.E2E_INSTANCE_ENV, "only the local cloud can do this");
    server = await startNext(".", {
      NODE_ENV: "production",
      INSTANCE_NAME: "alone",
      SUPERVISOR_URL: "",
      SUPERVISOR_TOKEN: "",
    });
  });

  test.afterAll(() => server?.stop());

  test("has no such address, neither to read nor to change, JSON or form", async ({ request, cloud }) => {
    const before = await cloud.status();
    const origin = server?.origin ?? "";
    const url = origin + CLOUD;
    for (const response of [
      await request.get(url),
      await request.post(url, { data: { action: "stop-server", instance: "a" } }),
      await request.post(url, { data: {} }),
      await request.post(url, { form: { action: "add-server" }, headers: { origin }, maxRedirects: 0 }),
    ]) {
      expect(response.status()).toBe(404);
      expect(response.headers()["x-served-by"]).toBe("alone");
      expect(await response.json()).toMatchObject({ code: "not-found", status: 404 });
    }
    expect((await cloud.status()).instances).toEqual(before.instances);
  });
});
