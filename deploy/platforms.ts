import { chromium } from "@playwright/test";
import { findChromium } from "@/local-cloud/processes/find-chromium";
import { buildHost } from "./build/build-host";
import { type Served, serveHost } from "./build/serve-host";
import { withTestHarness } from "./build/with-test-harness";
import { hosts } from "./hosts/hosts";
import { carryOver } from "./platforms/carry-over";
import { table } from "./table";

// One session, every platform: all of them at once, on one Redis and one secret, and one browser that goes from each to the
// next. A browser's cookies do not ask for the port, so that to it they are one site.

await withTestHarness(async (harness) => {
  const { spawn } = harness.reaper;
  const served: Served[] = [];
  for (const host of hosts) {
    const { project } = await buildHost(host, { spawn, say: console.log });
    console.log(`Starting ${host.label} ...`);
    served.push(await serveHost(host, { project, spawn, env: harness.env }));
  }
  const executablePath = await findChromium(console.log);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const stops = await carryOver(await browser.newContext(), served, harness);
    const rows = stops.map((stop) => [
      ...[stop.platform, stop.did, stop.servedBy, stop.session, stop.cart],
      ...[`${stop.requestsAPage}`, stop.afterwards],
    ]);
    const head = [
      "platform",
      "the browser",
      "answered by",
      "session",
      "cart",
      "requests a page",
      "after the log-out",
    ];
    console.log(`\n${table(head, rows)}\n`);
    const sessions = new Set(stops.map(({ session }) => session));
    console.log(`${stops.length} platforms, ${sessions.size} session`);
  } finally {
    await browser.close();
  }
  for (const each of served) await each.stop();
  return 0;
});
