import { withTestHarness } from "@/deploy/build/with-test-harness";
import { exitWith } from "@/local-cloud/cli-options";
import { benchActive } from "./active/bench-active";
import { openBenchSite } from "./bench-site";
import { benchContention } from "./contention/bench-contention";
import { benchCost } from "./cost/bench-cost";
import { benchDistance } from "./distance/bench-distance";
import { benchFlood } from "./flood/bench-flood";
import { benchGateway } from "./gateway/bench-gateway";
import { benchHashes } from "./hashes/bench-hashes";
import { machine } from "./machine";
import { benchMemory } from "./memory/bench-memory";
import { benchMetrics } from "./metrics/bench-metrics";
import { benchNodes } from "./nodes/bench-nodes";
import { benchPages } from "./pages/bench-pages";
import type { Part } from "./part";
import { writeResult } from "./results/write-result";
import { benchScale } from "./scale/bench-scale";
import { benchStore } from "./store/bench-store";
import { benchTwin } from "./twin/bench-twin";

// `npm run bench`: what a session costs, ours and the field's, side by side in one run. `npm run bench -- store scale`: these parts alone.
// `--quick`: to see that it works.

const parts: Readonly<Record<string, Part>> = {
  cost: benchCost,
  twin: benchTwin,
  nodes: benchNodes,
  store: benchStore,
  contention: benchContention,
  scale: benchScale,
  active: benchActive,
  distance: benchDistance,
  pages: benchPages,
  memory: benchMemory,
  hashes: benchHashes,
  flood: benchFlood,
  gateway: benchGateway,
  metrics: benchMetrics,
};

const args = process.argv.slice(2);
const isQuick = args.includes("--quick");
const named = args.filter((arg) => arg !== "--quick");
const unknown = named.find((name) => !(name in parts));
if (unknown) exitWith(`The benchmark has no part "${unknown}", but ${Object.keys(parts).join(", ")}.`);

await withTestHarness(async (harness) => {
  const site = await openBenchSite(harness, isQuick);
  site.say("Measuring; the machine should have nothing else to do ...");
  const short: string[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (named.length > 0 && !named.includes(name)) continue;
    site.say(`\n${name}`);
    const result = await run(site);
    for (const table of result.tables) site.say(`\n${table}`);
    if (!isQuick) writeResult(name, { machine: machine(), ...result.figures });
    short.push(...(result.short ?? []));
  }
  site.say(`\n${machine()}`);
  for (const line of short) console.error(line);
  return short.length > 0 ? 1 : 0;
});
