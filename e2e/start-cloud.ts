import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalCloud } from "@/local-cloud/local-cloud";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { findLeaks } from "./find-leaks";
import { PASSWORD } from "./fixtures";

/**
 * Finds a browser, and starts a local cloud of the tests' own unless `BASE_URL` names a site. At the end, nothing secret may
 * stand in what the servers have printed.
 */
export default async function startCloud(): Promise<(() => Promise<void>) | undefined> {
  process.env.E2E_CHROMIUM = await findChromium(console.log);
  if (process.env.BASE_URL) return undefined;
  const dataDir = await mkdtemp(join(tmpdir(), "carryover-e2e-"));
  // All the tests come from one address.
  const env = { SIGN_IN_LIMIT: "100000", SESSION_SECRET: randomBytes(32).toString("hex") };
  const cloud = await startLocalCloud({
    instances: 2,
    port: 0,
    dataDir,
    build: true,
    say: console.log,
    env,
  });
  process.env.BASE_URL = cloud.url;
  process.env.E2E_INSTANCE_ENV = JSON.stringify({ ...cloud.service.env, ...env });
  process.env.E2E_SUPERVISOR_URL = cloud.supervisor.url;
  process.env.E2E_SUPERVISOR_TOKEN = cloud.supervisor.token;
  const logsDir = join(dataDir, "logs");
  process.env.E2E_LOGS_DIR = logsDir;
  return async () => {
    await cloud.stop();
    const secrets = {
      "a password": PASSWORD,
      "the secret": env.SESSION_SECRET,
      "the supervisor's token": cloud.supervisor.token,
      "Redis' token": cloud.service.env.UPSTASH_REDIS_REST_TOKEN,
    };
    const leaks = await findLeaks({ logsDir, redisDir: join(dataDir, "redis"), secrets });
    await rm(dataDir, { recursive: true, force: true });
    if (leaks.length > 0) throw new Error(["The servers' logs:", ...leaks].join("\n"));
  };
}
