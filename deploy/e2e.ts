import { exitWith } from "@/local-cloud/cli-options";
import { buildHost } from "./build/build-host";
import { serveHost } from "./build/serve-host";
import { withTestHarness } from "./build/with-test-harness";
import { hostsNamed } from "./hosts/hosts";

// The end-to-end tests on one host, served here as it would be there: `npm run deploy:e2e -- workerd`. More arguments go to
// Playwright. To the tests it is a site somewhere, as any `BASE_URL` is.

const [name = "", ...more] = process.argv.slice(2);
const host = chosenHost();
await withTestHarness(async (harness) => {
  const { spawn } = harness.reaper;
  const { project } = await buildHost(host, { spawn, say: console.log });
  const { origin, stop } = await serveHost(host, { project, spawn, env: harness.env });
  console.log(`${host.label} is on ${origin}`);
  const tests = spawn([process.execPath, "node_modules/@playwright/test/cli.js", "test", ...more], {
    env: { BASE_URL: origin },
    inherit: true,
  });
  await tests.exited;
  await stop();
  return tests.exitCode ?? 1;
});

function chosenHost() {
  try {
    const [chosen] = name ? hostsNamed([name]) : [];
    if (chosen) return chosen;
  } catch (error) {
    return exitWith(error instanceof Error ? error.message : String(error));
  }
  return exitWith("Which host? npm run deploy:e2e -- workerd");
}
