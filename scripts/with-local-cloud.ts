import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from "@/local-cloud/local-cloud";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";

/**
 * Does `work` on a local cloud of its own, of the present sources and with its data in a folder that is removed with it.
 * Afterwards, and on Ctrl-C too, no process is left. Call it once in a process.
 */
export async function withLocalCloud(
  instances: number,
  work: (cloud: LocalCloud, dataDir: string) => Promise<void>,
  options: Pick<LocalCloudOptions, "command" | "env"> = {},
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "carryover-"));
  const abort = new AbortController();
  let cloud: LocalCloud | undefined;
  const end = async () => {
    await cloud?.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  onStopSignal({
    stop() {
      abort.abort();
      // What Playwright started ends with this process.
      if (cloud) end().finally(() => process.exit(130));
    },
    force() {
      cloud?.killAll();
      process.exit(130);
    },
  });
  try {
    const env = { SESSION_SECRET: randomBytes(32).toString("hex"), BEGIN_LIMIT: "100000", ...options.env };
    const { signal } = abort;
    cloud = await startLocalCloud({
      instances,
      port: 0,
      dataDir,
      build: true,
      say: console.log,
      // A Redis of its own, whatever the environment names.
      environment: {},
      ...options,
      env,
      signal,
    });
    signal.throwIfAborted();
    await work(cloud, dataDir);
  } finally {
    await end();
  }
}

/** For every browser that is launched meanwhile: signals are ours to answer, and a container's root has no sandbox. */
export const browserOptions = {
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
};
