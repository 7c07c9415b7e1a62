import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalCloud } from "@/local-cloud/local-cloud";
import { findChromium } from "@/local-cloud/processes/find-chromium";

/** Finds a browser, and starts a local cloud of the tests' own unless `BASE_URL` names a site. */
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
  return async () => {
    await cloud.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
