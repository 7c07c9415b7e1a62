import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { exitWith } from "@/local-cloud/cli-options";
import { withTestHarness } from "./build/with-test-harness";
import { type Checked, checkHost } from "./check/check-host";
import { checkedTable } from "./check/checked-table";
import { hostsNamed } from "./hosts/hosts";

const USAGE = `npm run deploy:check                       every host
npm run deploy:check -- workerd vercel     those named
npm run deploy:check -- --short            one that needs no tools, built from what the last build has kept
                         --report FILE     leave the tally there, as JSON`;

// What needs no tools besides the project's own, and differs most from the servers of the other tests.
const SHORT = ["standalone"];

const { short, report, chosen } = readArguments();
await withTestHarness(async (harness) => {
  const all: Checked[] = [];
  const mode = short ? "from-cache" : "from-nothing";
  for (const host of chosen) all.push(await checkHost(host, { harness, say: console.log, mode }));
  console.log(`\n${checkedTable(all)}\n`);
  const failures = all.flatMap((each) => each.failures);
  for (const failure of failures) console.log(failure);
  const tally = { passed: all.reduce((sum, { passed }) => sum + passed, 0), failed: failures.length };
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  if (report) {
    mkdirSync(dirname(report), { recursive: true });
    writeFileSync(report, JSON.stringify(tally));
  }
  return tally.failed > 0 ? 1 : 0;
});

function readArguments() {
  try {
    const options = { short: { type: "boolean" }, report: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const { short = false, report } = values;
    return { short, report, chosen: hostsNamed(short && positionals.length === 0 ? SHORT : positionals) };
  } catch (error) {
    return exitWith(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
