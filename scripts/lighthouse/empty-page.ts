import { runToEnd } from "@/deploy/build/run-to-end";
import { isServed } from "@/deploy/build/serve-host";
import { freePort } from "@/local-cloud/processes/free-port";
import { type Command, spawnOwned } from "@/local-cloud/processes/owned-process";
import { poll } from "@/local-cloud/processes/poll";
import { makeEmptyApp } from "./make-empty-app";

const LIMITS_MS = { build: 120_000, start: 20_000, end: 3_000 };

/**
 * Does `work` while an app of one empty page is served: what the same Next scores on this machine with nothing of ours.
 * @param folder for the app; its caller removes it
 */
export async function withEmptyPage(folder: string, work: (url: string) => Promise<void>): Promise<void> {
  await makeEmptyApp(folder);
  const next = (...args: string[]): Command => [process.execPath, "node_modules/next/dist/bin/next", ...args];
  const options = { cwd: folder, env: { NEXT_TELEMETRY_DISABLED: "1" } };

  await runToEnd(spawnOwned, next("build"), { ...options, limitMs: LIMITS_MS.build });

  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const server = spawnOwned(next("start", "-p", String(port), "-H", "localhost"), options);
  const kill = () => server.signal("SIGKILL");
  process.once("exit", kill);
  try {
    await poll("the empty page to be served", () => isServed(url), { limitMs: LIMITS_MS.start });
    await work(url);
  } finally {
    await server.end(LIMITS_MS.end);
    process.off("exit", kill);
  }
}
