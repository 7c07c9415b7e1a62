import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FullConfig } from "@playwright/test";
import { startLocalCloud } from "@/local-cloud/local-cloud";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { findLeaks } from "./find-leaks";
import { PASSWORD } from "./fixtures";

/** A worker's local cloud: what the tests read of it from their environment, and how it ends. */
interface TestCloud {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Finds a browser, and starts a local cloud for each worker unless `BASE_URL` names a site: tests stop servers and Redis under
 * each other's feet. At the end, nothing secret may stand in what the servers have printed.
 */
export default async function startClouds({
  workers,
}: FullConfig): Promise<(() => Promise<void>) | undefined> {
  process.env.E2E_CHROMIUM = await findChromium(console.log);
  if (process.env.BASE_URL) return undefined;
  const clouds: TestCloud[] = [];
  for (let worker = 0; worker < workers; worker++) clouds.push(await startCloud());
  process.env.E2E_CLOUDS = JSON.stringify(clouds.map(({ env }) => env));
  return async () => {
    const ends = await Promise.allSettled(clouds.map(({ stop }) => stop()));
    const failures = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
    if (failures.length > 0) throw new Error(failures.join("\n"));
  };
}

async function startCloud(): Promise<TestCloud> {
  const dataDir = await mkdtemp(join(tmpdir(), "carryover-e2e-"));
  const logsDir = join(dataDir, "logs");
  const env = {
    // All the tests come from one address.
    SIGN_IN_LIMIT: "100000",
    BEGIN_LIMIT: "100000",
    SESSION_SECRET: randomBytes(32).toString("hex"),
    // Two browsers on two cores make a Redis late that is well.
    SESSION_DEADLINE_MS: "2000",
  };
  const cloud = await startLocalCloud({
    instances: 2,
    port: 0,
    dataDir,
    metricsPort: 0,
    build: true,
    say: console.log,
    // Always a Redis of our own, whatever the environment names: tests stop it, and what they write is nobody's data.
    environment: {},
    env,
  });
  return {
    env: {
      BASE_URL: cloud.url,
      E2E_INSTANCE_ENV: JSON.stringify({ ...cloud.service.env, ...env }),
      E2E_SUPERVISOR_URL: cloud.supervisor.url,
      E2E_SUPERVISOR_TOKEN: cloud.supervisor.token,
      E2E_LOGS_DIR: logsDir,
    },
    async stop() {
      for (const { status, metricsPort } of cloud.instances.all) {
        // One that a test has stopped has none to show.
        const metrics = await fetch(`http://127.0.0.1:${metricsPort}/metrics`).catch(() => null);
        if (metrics) await writeFile(join(logsDir, `${status.name}.metrics`), await metrics.text());
      }
      await cloud.stop();
      const secrets = {
        "a password": PASSWORD,
        "the secret": env.SESSION_SECRET,
        "the supervisor's token": cloud.supervisor.token,
        "Redis' token": cloud.service.env.UPSTASH_REDIS_REST_TOKEN,
      };
      const leaks = await findLeaks({ logsDir, redisDir: join(dataDir, "redis"), secrets });
      await rm(dataDir, { recursive: true, force: true });
      if (leaks.length > 0) throw new Error(["The servers' logs and metrics:", ...leaks].join("\n"));
    },
  };
}
