import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseMetrics, type Sample, sumOf } from "@/lib/server/test-metrics";
import { freePort } from "@/local-cloud/processes/free-port";
import { expect, test } from "../support/fixtures";
import { startNext } from "../support/next-server";

const textAt = async (port: number) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
const ANSWERS = "carryover_http_request_duration_seconds_count";
const requestsIn = (samples: readonly Sample[], outcome = "ok") =>
  sumOf(samples, "carryover_redis_request_duration_seconds_count", { outcome });

test("a server's metrics count what it does in production, the middleware's requests to Redis as well", async ({
  browser,
  cloud,
}) => {
  const port = await freePort();
  const scrape = async () => parseMetrics(await textAt(port));
  const apiAnswers = async () => sumOf(await scrape(), ANSWERS, { area: "api", status: "200" });
  const server = await startNext(process.cwd(), { INSTANCE_NAME: "m", METRICS_PORT: String(port) });
  const context = await browser.newContext({ baseURL: server.origin });
  try {
    const page = await context.newPage();
    expect((await page.request.post("/api/guest")).status()).toBe(200);
    // An answer counts once the server has done with it, which may be after it has come.
    await expect.poll(apiAnswers).toBe(1);
    const before = await scrape();
    // The middleware reads the session; the handler begins with what the page has seen.
    const reached = await cloud.restRequestsOf(async () => {
      expect((await page.request.get("/cart")).status()).toBe(200);
      expect((await page.request.post("/api/cart/add", { data: { sku: "tote" } })).status()).toBe(200);
    });
    expect(reached).toBe(2);
    await expect.poll(apiAnswers).toBe(2);
    const after = await scrape();
    expect(requestsIn(after) - requestsIn(before)).toBe(reached);
    const growth = (name: string, labels: Readonly<Record<string, string>>) =>
      sumOf(after, name, labels) - sumOf(before, name, labels);
    expect(growth(ANSWERS, { area: "page", status: "200" })).toBe(1);
    expect(growth("carryover_redis_operation_duration_seconds_count", { operation: "update" })).toBe(1);
    expect(sumOf(after, "carryover_sessions_begun_total", { kind: "guest" })).toBe(1);

    await cloud.ask("redis/stop");
    try {
      expect((await page.request.get("/cart")).status()).toBe(503);
      await expect.poll(async () => requestsIn(await scrape(), "503")).toBeGreaterThan(0);
    } finally {
      await cloud.ask("redis/start");
    }
  } finally {
    await context.close();
    await server.stop();
  }
  await expect(textAt(port), "the port ends with the server").rejects.toThrow();
});

test("a server whose metrics' port is taken serves, and says so in one line", async () => {
  const port = await freePort();
  const first = await startNext(process.cwd(), { INSTANCE_NAME: "m", METRICS_PORT: String(port) });
  const second = await startNext(process.cwd(), { INSTANCE_NAME: "n", METRICS_PORT: String(port) });
  try {
    for (const { origin } of [first, second]) expect((await fetch(`${origin}/api/health`)).status).toBe(200);
    expect(await textAt(port)).toContain('service_instance_id="m"');
    await first.stop();
    await expect
      .poll(() => textAt(port).catch(String), { timeout: 20_000 })
      .toContain('service_instance_id="n"');
  } finally {
    await second.stop();
  }
  const log = await readFile(join(process.env.E2E_LOGS_DIR ?? "", "beside.log"), "utf8");
  expect(log.split("\n").filter((line) => line.includes(`"metrics-port-taken","port":${port}`))).toHaveLength(
    1,
  );
});
