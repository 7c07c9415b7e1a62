import { exitWith } from "@/local-cloud/cli-options";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";
import { buildHost } from "./build/build-host";
import { serveHost } from "./build/serve-host";
import { openWorkshop } from "./build/workshop";
import { hostsNamed } from "./hosts/hosts";

// The end-to-end tests on one host, served here as it would be there: `npm run deploy:e2e -- workerd`. More arguments go to
// Playwright. To the tests it is a site somewhere, as any `BASE_URL` is.

const [name = "", ...more] = process.argv.slice(2);
const host = chosenHost();
const workshop = await openWorkshop(console.log).catch((error: Error) => exitWith(error.message));
const end = (code: number) => workshop.close().finally(() => process.exit(code));
onStopSignal({
  stop: () => end(130),
  force() {
    workshop.guardian.killAll();
    process.exit(1);
  },
});

try {
  const { spawn } = workshop.guardian;
  const { project } = await buildHost(host, { spawn, say: console.log });
  const { origin, stop } = await serveHost(host, { project, spawn, env: workshop.env });
  console.log(`${host.label} is on ${origin}`);
  const tests = spawn([process.execPath, "node_modules/@playwright/test/cli.js", "test", ...more], {
    env: { BASE_URL: origin },
    inherit: true,
  });
  await tests.exited;
  await stop();
  await end(tests.exitCode ?? 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}

function chosenHost() {
  try {
    const [chosen] = name ? hostsNamed([name]) : [];
    if (chosen) return chosen;
  } catch (error) {
    return exitWith(error instanceof Error ? error.message : String(error));
  }
  return exitWith("Which host? npm run deploy:e2e -- workerd");
}
