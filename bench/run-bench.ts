import { resolve } from "node:path";
import { buildHost } from "@/deploy/build/build-host";
import { inWorkshop } from "@/deploy/build/in-workshop";
import { installPackages } from "@/deploy/build/install-packages";
import { isServed, serveHost } from "@/deploy/build/serve-host";
import type { Workshop } from "@/deploy/build/workshop";
import { freePort } from "@/local-cloud/processes/free-port";
import { poll } from "@/local-cloud/processes/poll";
import { benchHost } from "./bench-host";
import { type Bench, expressCases, ourCases } from "./cost/cases";
import { costTable } from "./cost/cost-table";
import { measureCosts } from "./cost/measure-costs";
import { machine } from "./machine";
import { writeResults } from "./results/write-results";
import { measureStore, storeTable } from "./store/store-table";

// `npm run bench`: what a session costs, ours and the field's, side by side in one run. `--quick`: to see that it works.

const isQuick = process.argv.includes("--quick");
const rounds = isQuick ? 1 : 5;
const seconds = isQuick ? 1 : 4;
const FORCE_AFTER_MS = 3_000;

await inWorkshop(async (workshop) => {
  const { spawn } = workshop.guardian;
  const say = console.log;
  await installPackages("bench", { spawn, say });
  const { project } = await buildHost(benchHost, { spawn, say });
  const served = await serveHost(benchHost, { project, spawn, env: workshop.env });
  const peer = await serveExpress(workshop);
  say("Measuring; the machine should have nothing else to do ...");
  const cases = [...(await ourCases(served)), ...(await expressCases(peer))];
  const costs = await measureCosts(cases, { spawn, rounds, seconds, say });
  await Promise.all([served.stop(), peer.stop()]);

  say(`\n${costTable(costs)}\n`);
  const store = await measureStore(spawn, workshop.env, workshop.service.redis?.url ?? "");
  say(`${storeTable(store)}\n\n${machine()}, ${rounds} rounds of ${seconds} s each.\n`);
  const date = new Date().toISOString().slice(0, 10);
  if (!isQuick) writeResults({ machine: machine(), date, rounds, secondsEach: seconds, costs, store });
  const short = costs.filter(({ case: { atLeast = 0 }, ratio }) => ratio && ratio.median < atLeast);
  for (const {
    case: { group, name, atLeast },
    ratio,
  } of short)
    console.error(`${group}: ${name}: ${ratio?.median.toFixed(2)}, and not ${atLeast}`);
  return short.length > 0 ? 1 : 0;
});

async function serveExpress({ guardian, service }: Workshop): Promise<Bench & { stop(): Promise<void> }> {
  const port = await freePort();
  const script = resolve("bench/peers/express.mjs");
  const server = guardian.spawn([process.execPath, script, `${port}`, service.redis?.url ?? ""], {
    env: { NODE_ENV: "production" },
  });
  const origin = `http://127.0.0.1:${port}`;
  await poll("Express to answer", () => isServed(`${origin}/bare`));
  return { origin, pid: server.pid ?? 0, stop: () => server.end(FORCE_AFTER_MS) };
}
