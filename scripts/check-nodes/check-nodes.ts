import { mkdir, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { table } from "@/deploy/table";
import { exitWith } from "@/local-cloud/cli-options";
import { onStopSignal } from "@/local-cloud/processes/on-stop-signal";
import { type Command, type OwnedProcess, spawnOwned } from "@/local-cloud/processes/owned-process";
import { installRuntime, isRuntimeName, type Runtime } from "./runtime";

const USAGE = `The demo's smoke test and the unit tests, on other versions of Node than yours.

  npm run check                              Node 22, 24 and 26
  npm run check -- 20 24 bun deno            those named; what Bun and Deno cannot do is reported, and is no failure
  npm run check -- 22 --only lib/cookie      of the unit tests those whose path holds this (may be repeated)`;

const DEFAULT = ["22", "24", "26"];
const RESULTS = ".demo/check-nodes";
const LIMIT_MS = 1_200_000;

const { names, only } = readArguments();
let running: OwnedProcess | undefined;
onStopSignal({
  stop: () => (running?.end(20_000) ?? Promise.resolve()).finally(() => process.exit(130)),
  force: () => process.exit(130),
});

await mkdir(RESULTS, { recursive: true });
const rows: string[][] = [];
let failed = 0;
for (const name of names) {
  console.log(`\n── ${name}`);
  try {
    const runtime = await installRuntime(name, console.log);
    const smoke = await smokeTest(runtime);
    const unit = await unitTests(runtime);
    if (runtime.isPromised && !(smoke.ok && unit.ok)) failed++;
    rows.push([runtime.label, runtime.version, smoke.says, unit.says]);
  } catch (error) {
    failed++;
    rows.push([name, "", error instanceof Error ? error.message : String(error), ""]);
  }
}
console.log(`\n${table(["runtime", "version", "demo", "unit tests"], rows)}\n`);
console.log(`${names.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

type Result = { readonly ok: boolean; readonly says: string };

// Node runs all of the demo; the others run its servers, which is where an app would have them.
async function smokeTest({ command, isPromised }: Runtime): Promise<Result> {
  const [node, ...servedBy] = isPromised ? command : [process.execPath, ...command];
  const ok = await run([node, "--import", "tsx", "scripts/check-nodes/smoke-test.ts", ...servedBy]);
  return { ok, says: ok ? "well" : "fails" };
}

async function unitTests({ label, command }: Runtime): Promise<Result> {
  const report = `${RESULTS}/${label.replace(" ", "-")}.json`;
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const ok = await run([
    ...command,
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project=unit",
    ...reporters,
    ...only,
  ]);
  const tally = JSON.parse(await readFile(report, "utf8").catch(() => "{}"));
  if (tally.numPassedTests === undefined) return { ok: false, says: "do not start" };
  return { ok, says: `${tally.numPassedTests} passed, ${tally.numFailedTests} failed` };
}

async function run(command: Command): Promise<boolean> {
  running = spawnOwned(command, { inherit: true, env: { NEXT_TELEMETRY_DISABLED: "1" } });
  const limit = setTimeout(() => running?.end(20_000), LIMIT_MS);
  await running.exited;
  clearTimeout(limit);
  return running.exitCode === 0;
}

function readArguments() {
  try {
    const options = { help: { type: "boolean" }, only: { type: "string", multiple: true } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !isRuntimeName(name));
    if (unknown) throw new Error(`There is no "${unknown}": name majors of Node, bun or deno.`);
    return { names: positionals.length > 0 ? positionals : DEFAULT, only: values.only ?? [] };
  } catch (error) {
    return exitWith(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
