import { EventEmitter } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import { availableParallelism } from "node:os";
import { LINES_A_SECOND } from "@carryover/session/internal/audit/audit";
import { processState } from "@carryover/session/internal/process-state";
import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { countRequests, startTestServer } from "@carryover/session/internal/testing/test-server";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as cartAdd from "@/app/api/cart/add/route";
import * as guest from "@/app/api/guest/route";
import * as login from "@/app/api/login/route";
import * as logout from "@/app/api/logout/route";
import * as register from "@/app/api/register/route";
import * as session from "@/app/api/session/route";
import { hashesAtOnce } from "@/lib/account/password-hash";
import { server } from "@/lib/session";
import { freePort } from "@/local-cloud/processes/free-port";
import { listen } from "@/local-cloud/processes/listen";
import { startMetrics } from "./start-metrics";
import { parseMetrics, type Sample, selectorsIn, selectorsOf, sumOf } from "./test-metrics";

const ada = { username: "ada-lovelace", password: "correct horse battery" };

let test: TestEnv;
let port: number;
/** What came to the collector: bodies of OTLP over HTTP, by path. */
const sent: { readonly path: string | undefined; readonly body: string }[] = [];
const collector = createServer(async (request, response) => {
  const chunks: Buffer[] = await request.toArray();
  sent.push({ path: request.url, body: Buffer.concat(chunks).toString() });
  response.end("{}");
});
/** Says when a request is there that is not answered. */
const held = new EventEmitter();
/** Stands for Next's server. */
const site = createServer((request, response) => {
  if (request.url === "/never") return held.emit("held");
  response.statusCode = request.url?.startsWith("/cart") ? 503 : 203;
  return response.end();
});
let sitePort: number;

beforeAll(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  [port, sitePort] = [await freePort(), await listen(site, 0)];
  test = await startTestServer({ INSTANCE_NAME: "a", SESSION_DEADLINE_MS: "700", BEGIN_LIMIT: "40" });
  await startsNothing();
  const collectorUrl = `http://127.0.0.1:${await listen(collector, 0)}`;
  vi.stubEnv("METRICS_PORT", String(port));
  vi.stubEnv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", `${collectorUrl}/v1/metrics`);
  vi.stubEnv("OTEL_METRIC_EXPORT_INTERVAL", "100");
  await startMetrics(server);
});
afterAll(async () => {
  processState().observer = undefined;
  for (const each of [collector, site]) {
    each.closeAllConnections();
    each.close();
  }
  await test?.stop();
});

/** What a server starts that was told nothing, in copies of the modules that have not read the environment yet. */
async function startsNothing(): Promise<void> {
  vi.resetModules();
  const off = await import("./start-metrics");
  await off.startMetrics(server);
  expect(processState().observer).toBeUndefined();
  await expect(scrape()).rejects.toThrow("fetch failed");
}

const textAt = async (at: number, path = "/metrics") => (await fetch(`http://127.0.0.1:${at}${path}`)).text();
const scrape = async (): Promise<Sample[]> => parseMetrics(await textAt(port));

/** By how much each grows during the work. */
async function growthOf(
  work: () => Promise<unknown>,
  ...counted: readonly (readonly [name: string, labels?: Readonly<Record<string, string>>])[]
): Promise<number[]> {
  const before = await scrape();
  await work();
  const after = await scrape();
  return counted.map(([name, labels]) => sumOf(after, name, labels) - sumOf(before, name, labels));
}

const begun = (kind: string) => ["carryover_sessions_begun_total", { kind }] as const;
const ended = (reason: string) => ["carryover_sessions_ended_total", { reason }] as const;
const refused = (code: string) => ["carryover_requests_refused_total", { code }] as const;
const event = (event: string) => ["carryover_audit_events_total", { event }] as const;
const limit = (limit: string) => ["carryover_limits_hit_total", { limit }] as const;
const requests = (outcome: string) =>
  ["carryover_redis_request_duration_seconds_count", { outcome }] as const;
const operations = (operation: string, outcome: string) =>
  ["carryover_redis_operation_duration_seconds_count", { operation, outcome }] as const;
const answers = (area: string, status: string) =>
  ["carryover_http_request_duration_seconds_count", { area, status }] as const;

describe("the metrics count", () => {
  it("sessions that begin, by kind, and sessions that end, by reason", async () => {
    const visitor = createVisitor();
    const growth = growthOf(
      async () => {
        await visitor.post(cartAdd.POST, { sku: "tote" });
        await visitor.post(guest.POST);
        await visitor.post(register.POST, ada);
        await visitor.post(logout.POST);
      },
      ...[begun("visitor"), begun("guest"), begun("account"), ended("rotated"), ended("log-out")],
      ...[event("session-begun"), event("session-ended")],
    );
    expect(await growth).toEqual([1, 1, 1, 2, 1, 3, 3]);
  });

  it("every REST request that reaches Redis, and what was asked with it", async () => {
    const visitor = createVisitor();
    let reached = 0;
    const journey = async () => {
      await visitor.post(cartAdd.POST, { sku: "tote" });
      await visitor.get(session.GET);
      await visitor.post(logout.POST);
    };
    const [counted, created, limited, read] = await growthOf(
      async () => {
        reached = await countRequests(test, journey);
      },
      ...[requests("ok"), operations("create", "ok"), operations("limit", "ok"), operations("get", "ok")],
    );
    expect(reached).toBe(3);
    expect(counted).toBe(reached);
    expect([created, limited, read]).toEqual([1, 1, 1]);
  });

  it("requests to Redis by fetch, as the edge middleware makes them, and those that Redis' door refuses", async () => {
    const ping = (token: string) =>
      fetch(`${test.cloud.url}/ping`, { headers: { authorization: `Bearer ${token}` } });
    const growth = growthOf(
      async () => {
        expect((await ping(test.cloud.token)).status).toBe(200);
        expect((await ping("wrong")).status).toBe(401);
        await fetch(`${test.cloud.url}/ping`, { signal: AbortSignal.abort() }).catch(() => {});
      },
      ...[requests("ok"), requests("401")],
    );
    expect(await growth).toEqual([1, 1]);
  });

  it("refusals by code, and limits by which was hit, also beyond what the log has room for", async () => {
    const times = 3 * LINES_A_SECOND;
    const growth = growthOf(
      async () => {
        for (let each = 0; each < times; each++)
          await createVisitor().post(cartAdd.POST, {}, { "sec-fetch-site": "cross-site" });
        // A common password is refused after the count, and costs no hash.
        const attempt = { username: "limited", password: "iloveyou" };
        let status = 0;
        while (status !== 429) ({ status } = await createVisitor().post(register.POST, attempt));
        const elsewhere = { "x-forwarded-for": "203.0.113.9" };
        do ({ status } = await createVisitor().post(guest.POST, {}, elsewhere));
        while (status !== 429);
      },
      ...[refused("cross-site"), event("cross-site-refused"), refused("slow-down")],
      ...[limit("sign-in-name"), limit("begin")],
    );
    expect(await growth).toEqual([times, times, 2, 1, 1]);
  });

  it("passwords that are hashed, that wait, and that were refused since too many did", async () => {
    const attempts = Array.from({ length: 8 }, (_, each) => ({ ...ada, username: `nobody-${each}` }));
    let busy: Sample[] = [];
    const growth = growthOf(
      async () => {
        const underWay = attempts.map((attempt) => createVisitor().post(login.POST, attempt));
        // Those of one address have half of ten places.
        await vi.waitFor(async () => {
          busy = await scrape();
          expect(sumOf(busy, "carryover_password_hashes")).toBe(5);
        });
        await Promise.all(underWay);
      },
      ["carryover_password_hashes_refused_total"] as const,
      ...[refused("busy"), refused("bad-credentials"), event("sign-in-refused")],
    );
    expect(await growth).toEqual([3, 3, 5, 5]);
    expect(sumOf(busy, "carryover_password_hashes", { state: "running" })).toBe(
      hashesAtOnce(availableParallelism()),
    );
    expect(sumOf(await scrape(), "carryover_password_hashes")).toBe(0);
  });

  it("answers by area and status, without a path, and not those at its own port", async () => {
    const cut = () =>
      new Promise((resolve) => {
        const request = get(`http://127.0.0.1:${sitePort}/never`);
        request.on("error", resolve);
        held.once("held", () => request.destroy());
      });
    const growth = growthOf(
      async () => {
        for (const path of [
          "/",
          "/cart?from=/api/x",
          "/api/session",
          "/_next/static/x",
          "/icon.svg",
          "/api/health?deep=1",
        ])
          await textAt(sitePort, path);
        await cut();
        await vi.waitFor(async () =>
          expect(sumOf(await scrape(), ...answers("page", "aborted"))).toBeGreaterThan(0),
        );
      },
      ...[answers("page", "203"), answers("page", "503"), answers("api", "203"), answers("file", "203")],
      answers("health", "203"),
    );
    expect(await growth).toEqual([1, 1, 1, 2, 1]);
  });

  it("a Redis that is full, and cookies that no secret opens, each by its word", async () => {
    const growth = growthOf(
      async () => {
        await test.direct.configSet("maxmemory", "1");
        expect((await createVisitor().post(cartAdd.POST, { sku: "tote" })).status).toBe(503);
        await test.direct.configSet("maxmemory", "0");
        const visitor = createVisitor();
        await visitor.post(cartAdd.POST, { sku: "tote" });
        const foreign = visitor.cookie.split("*").with(1, "1").join("*");
        await createVisitor(foreign).get(session.GET);
      },
      operations("create", "OOM"),
      ["carryover_audit_events_total", { event: "seal-refused", why: "unknown-secret" }] as const,
    );
    expect(await growth).toEqual([1, 1]);
  });

  it("an outage: REST requests that failed, operations by the class of failure, refusals", async () => {
    const visitor = createVisitor();
    await visitor.post(guest.POST);
    const [failed, operation, unavailable, logged, ok] = await growthOf(
      async () => {
        test.cloud.redis.pause();
        expect((await visitor.get(session.GET)).status).toBe(503);
        test.cloud.redis.resume();
        // The gateway hangs up on nobody: the server does.
        await vi.waitFor(async () => expect(sumOf(await scrape(), ...requests("failed"))).toBeGreaterThan(0));
      },
      ...[
        requests("failed"),
        operations("get", "timeout"),
        refused("unavailable"),
        event("store-unavailable"),
      ],
      operations("get", "ok"),
    );
    expect([failed, operation, unavailable, logged, ok]).toEqual([1, 1, 1, 1, 0]);
  });
});

it("the metrics are sent to a collector as well, with the server that they come from", async () => {
  await vi.waitFor(() => {
    const [latest] = sent.slice(-1);
    expect(latest?.path).toBe("/v1/metrics");
    for (const text of ["carryover_sessions_begun_total", '"service.instance.id"', '"carryover"'])
      expect(latest?.body).toContain(text);
  }, 10_000);
});

it("the metrics show no session, no user and no address", async () => {
  const visitor = createVisitor();
  await visitor.post(guest.POST);
  await visitor.post(register.POST, { ...ada, username: "grace-hopper" });
  const shown = (await textAt(port)) + JSON.stringify(sent);
  const ids = (await test.direct.keys("session:*")).map((key) => key.slice("session:".length));
  expect(ids.length).toBeGreaterThan(1);
  const seal = visitor.cookie.split("=")[1] ?? "";
  const names = [ada.username, "grace-hopper", "limited", "nobody-", "guest-"];
  for (const secret of [...ids, seal, ...names, "127.0.0.1", "/api/", "/cart"])
    expect(shown).not.toContain(secret);
});

it.each(["deploy/grafana/carryover.json", "deploy/prometheus/alerts.yml", "docs/operate.md"])(
  "%s names metrics, labels and values that there are",
  async (file) => {
    const named = selectorsIn(await readFile(file, "utf8"));
    expect(named.size).toBeGreaterThan(5);
    const shown = selectorsOf(await scrape());
    expect([...named].filter((each) => !shown.has(each))).toEqual([]);
  },
);

it("docs/operate.md names every metric", async () => {
  const page = selectorsIn(await readFile("docs/operate.md", "utf8"));
  const text = await textAt(port);
  const shown = [...text.matchAll(/^# TYPE (carryover_\w+)/gm)].map(([, name = ""]) => name);
  expect(shown).toHaveLength(10);
  expect(shown.filter((name) => !page.has(name))).toEqual([]);
});
