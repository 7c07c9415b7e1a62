import { readFile } from "node:fs/promises";
import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { table } from "@/deploy/table";
import { exitWith } from "@/local-cloud/cli-options";
import type { Command } from "@/local-cloud/processes/owned-process";
import { createProgramRunner, type Place, type Result } from "@/scripts/program-runner";
import { type CleanCopy, makeCleanCopy } from "./clean-copy";
import { installPackageManager, MANAGER_NAMES } from "./package-manager";
import { installRuntime, isRuntimeName, type Runtime } from "./runtime";

const USAGE = `The project on other versions of Node than yours, on Bun and Deno, and installed by others than npm. Each gets a clean copy.

  npm run check                              Node 22, 24 and 26
  npm run check -- 20.19 24 bun deno         those named; what Bun and Deno cannot do is reported, and is no failure
  npm run check -- pnpm yarn yarn@1 bun-install
                                             installed by these, on the Node of .nvmrc
  npm run check -- 22 --step unit            not all steps: install types unit proofs e2e demo (may be repeated)
  npm run check -- 22 --only lib/cookie      of the unit tests those whose path holds this (may be repeated)`;

const DEFAULT = ["22", "24", "26"];
const RESULTS = ".demo/check-nodes";
const STEPS = ["install", "types", "unit", "proofs", "e2e", "demo"] as const;
type Step = (typeof STEPS)[number];
const SMOKE_TEST = "scripts/check-nodes/smoke-test.ts";
const JOURNEY = "e2e/journeys/journey.spec.ts";

/** A row of the table: who is tried, and how. */
interface Candidate {
  readonly label: string;
  readonly version: string;
  /** What the project promises; the others are tried, and what they cannot do is no failure. */
  readonly isPromised: boolean;
  readonly run: Readonly<Partial<Record<Step, () => Promise<Result>>>>;
}

const { names, steps, only } = readArguments();
let copy: CleanCopy | undefined;
const removeCopy = async () => copy?.remove();
const { run, runTests } = createProgramRunner({ limitMs: 1_800_000, folder: RESULTS, cleanUp: removeCopy });

const rows: string[][] = [];
let [passed, failed] = [0, 0];
for (const name of names) {
  console.log(`\n── ${name}`);
  copy = await makeCleanCopy();
  try {
    rows.push(await rowOf(await prepare(name, copy.folder)));
  } catch (error) {
    failed++;
    rows.push([name, "", error instanceof Error ? error.message : String(error)]);
  } finally {
    await removeCopy();
  }
}
console.log(`\n${table(["", "version", ...STEPS], rows)}\n`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

async function rowOf({ label, version, isPromised, run }: Candidate): Promise<string[]> {
  const row = [label, version];
  let isInstalled = true;
  for (const step of STEPS) {
    const work = run[step];
    if (!work || !steps.has(step) || !isInstalled) {
      row.push("");
      continue;
    }
    console.log(`\n── ${label}: ${step}`);
    const { ok, says } = await work();
    if (ok) passed++;
    else if (isPromised) failed++;
    if (step === "install") isInstalled = ok;
    row.push(says);
  }
  return row;
}

function prepare(name: string, folder: string): Promise<Candidate> {
  if (!isRuntimeName(name)) return prepareManager(name, folder);
  return /^\d/.test(name) ? prepareNode(name, folder) : prepareOther(name, folder);
}

/** Every `node` in the copy is this one: npm's, the scripts' in package.json, and that of programs they start. */
function placeOf({ folder }: Runtime, cwd: string): Place {
  return {
    cwd,
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
  };
}

async function prepareNode(name: string, cwd: string): Promise<Candidate> {
  const runtime = await installRuntime(name, console.log);
  const { label, version, path } = runtime;
  const place = placeOf(runtime, cwd);
  return {
    label,
    version,
    isPromised: true,
    run: {
      install: () => run(["npm", "ci", "--no-audit", "--no-fund"], place),
      types: () => checkTypes(path, place),
      unit: () => runTests((report) => [path, ...vitest(report, "--project=unit", ...only)], place),
      proofs: () => runTests((report) => [path, ...vitest(report, "--project=proofs")], place),
      e2e: () => run([path, "node_modules/@playwright/test/cli.js", "test", JOURNEY], place),
      demo: () => smokeTest([path], place),
    },
  };
}

/** Bun or Deno runs the unit tests and the demo's servers, which is where an app would have it; the rest is Node's. */
async function prepareOther(name: string, cwd: string): Promise<Candidate> {
  const { label, version, command } = await installRuntime(name, console.log);
  return {
    label,
    version,
    isPromised: false,
    run: {
      install: () => run(["npm", "ci", "--no-audit", "--no-fund"], { cwd }),
      unit: () => runTests((report) => [...command, ...vitest(report, "--project=unit", ...only)], { cwd }),
      demo: () => smokeTest([process.execPath], { cwd }, command),
    },
  };
}

/** What depends on where the packages lie, on the Node that .nvmrc names: Yarn 1 refuses one that a package does not declare. */
async function prepareManager(name: string, cwd: string): Promise<Candidate> {
  const { version, install, env, prepare } = await installPackageManager(name, console.log);
  const node = await installRuntime((await readFile(".nvmrc", "utf8")).trim(), console.log);
  const place = placeOf(node, cwd);
  return {
    label: name,
    version,
    isPromised: true,
    run: {
      async install() {
        await prepare(cwd);
        let result: Result = { ok: true, says: "well" };
        for (const command of install)
          if (result.ok) result = await run(command, { cwd, env: { ...place.env, ...env } });
        return result;
      },
      types: () => checkTypes(node.path, place),
      demo: () => smokeTest([node.path], place),
    },
  };
}

async function checkTypes(node: string, place: Place): Promise<Result> {
  const routes = await run([node, "node_modules/next/dist/bin/next", "typegen"], place);
  return routes.ok ? run([node, "node_modules/typescript/bin/tsc", "--noEmit"], place) : routes;
}

function smokeTest([node]: Command, place: Place, servedBy: readonly string[] = []) {
  return run([node, "--import", "tsx", SMOKE_TEST, ...servedBy], place);
}

function vitest(report: string, ...args: readonly string[]): readonly string[] {
  const reporters = ["--reporter=dot", "--silent", "--reporter=json", `--outputFile.json=${report}`];
  return ["node_modules/vitest/vitest.mjs", "run", ...reporters, ...args];
}

function readArguments() {
  try {
    const texts = { type: "string", multiple: true } as const;
    const options = { help: { type: "boolean" }, step: texts, only: texts } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !isRuntimeName(name) && !MANAGER_NAMES.includes(name));
    if (unknown) throw new Error(`There is no "${unknown}".`);
    const unknownStep = values.step?.find((name) => !STEPS.some((step) => step === name));
    if (unknownStep) throw new Error(`There is no step "${unknownStep}".`);
    return {
      names: positionals.length > 0 ? positionals : DEFAULT,
      // Nothing can be tried in a copy without its packages.
      steps: new Set<string>(values.step ? ["install", ...values.step] : STEPS),
      only: values.only ?? [],
    };
  } catch (error) {
    return exitWith(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
