import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeNextApp } from "@/e2e/adopted-app";
import { freePort } from "@/local-cloud/processes/free-port";
import { type Command, spawnOwned } from "@/local-cloud/processes/owned-process";
import { poll } from "@/local-cloud/processes/poll";

const PAGE = `export const dynamic = "force-dynamic";
export const metadata = { title: "Empty", description: "Nothing but what Next brings" };
export default function Page() {
  return <main><h1>Empty</h1></main>;
}
`;
const LIMITS_MS = { build: 120_000, start: 20_000, end: 3_000 };

/**
 * Does `work` while an app of one empty page is served: what the same Next scores on this machine with nothing of ours.
 * @param folder for the app; its caller removes it
 */
export async function withEmptyPage(folder: string, work: (url: string) => Promise<void>): Promise<void> {
  await makeNextApp(folder, []);
  await writeFile(join(folder, "app/page.tsx"), PAGE);
  const next = (...args: string[]): Command => [process.execPath, "node_modules/next/dist/bin/next", ...args];
  const options = { cwd: folder, env: { NEXT_TELEMETRY_DISABLED: "1" } };

  const build = spawnOwned(next("build"), options);
  const tooLong = setTimeout(() => build.signal("SIGKILL"), LIMITS_MS.build);
  await build.exited;
  clearTimeout(tooLong);
  if (build.exitCode !== 0) throw new Error(`The empty page could not be built:\n${build.lastOutput}`);

  const port = await freePort();
  const url = `http://localhost:${port}/`;
  const server = spawnOwned(next("start", "-p", String(port), "-H", "localhost"), options);
  const kill = () => server.signal("SIGKILL");
  process.once("exit", kill);
  try {
    const answers = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    await poll("the empty page to be served", answers, { limitMs: LIMITS_MS.start });
    await work(url);
  } finally {
    await server.end(LIMITS_MS.end);
    process.off("exit", kill);
  }
}
