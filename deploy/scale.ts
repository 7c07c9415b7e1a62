import { exitWith } from "@/local-cloud/cli-options";
import { startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { buildHost } from "./build/build-host";
import { serveHost } from "./build/serve-host";
import { withTestHarness } from "./build/with-test-harness";
import { nextStart } from "./hosts/next-start";
import { distanceTable } from "./scale/distance-table";
import { sessionBytes } from "./scale/session-bytes";

// The figures of docs/scale.md. `npm run scale`, or with other delays in milliseconds: `npm run scale -- 5 200`.

const delaysMs = readDelays();
await withTestHarness(async (harness) => {
  const { spawn } = harness.reaper;
  const { UPSTASH_REDIS_REST_URL: target = "" } = harness.env;
  const { project } = await buildHost(nextStart, { spawn, say: console.log });
  const proxy = await startFaultProxy({ target });
  const env = { ...harness.env, UPSTASH_REDIS_REST_URL: proxy.url };
  const { origin, stop } = await serveHost(nextStart, { project, spawn, env });
  console.log("Measuring; the machine should have nothing else to do ...");
  console.log(`\n${await distanceTable({ origin, harness, proxy, delaysMs })}\n`);
  const { sessions, bytesEach } = await sessionBytes(origin, harness.service.redis?.url ?? "");
  console.log(`${bytesEach.toFixed(0)} bytes of Redis' memory a guest, of ${sessions} guests`);
  await stop();
  await proxy.close();
  return 0;
});

function readDelays(): number[] {
  const given = process.argv.slice(2);
  const wrong = given.find((text) => !/^\d{1,3}$/.test(text));
  if (wrong) return exitWith(`A delay is a whole number of milliseconds below 1000, not "${wrong}".`);
  return given.length > 0 ? given.map(Number) : [1, 20, 80];
}
