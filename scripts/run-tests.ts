import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";

/** How many tests a step ran. A step without a report counts as one test. */
interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Of those that passed, the ones that needed a second try. */
  readonly late?: number;
}

interface Step {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Reads the tally from the report that the command leaves. */
  readonly tally?: () => Promise<Tally>;
}

const RESULTS = "test-results";
const DEPLOY_REPORT = `${RESULTS}/deploy.json`;
const node = (path: string, ...args: string[]) =>
  [process.execPath, `node_modules/${path}`, ...args] as const;

/** A run of vitest that leaves its report under this name. */
const vitest = (report: string, ...args: string[]) =>
  node(
    "vitest/vitest.mjs",
    ...[
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${RESULTS}/${report}.json`,
      ...args,
    ],
  );

const steps: readonly Step[] = [
  { name: "format and lint", command: node("@biomejs/biome/bin/biome", "ci", ".") },
  { name: "route types", command: node("next/dist/bin/next", "typegen") },
  { name: "types", command: node("typescript/bin/tsc", "--noEmit") },
  {
    name: "unit and integration tests",
    command: vitest("vitest", "--project=unit"),
    tally: () => vitestTally("vitest"),
  },
  {
    name: "proofs, in their short form",
    command: vitest("proofs", "--project=proofs"),
    tally: () => vitestTally("proofs"),
  },
  { name: "production build", command: node("next/dist/bin/next", "build") },
  {
    name: "deployment, in its short form",
    command: [
      process.execPath,
      ...["--import", "tsx", "deploy/check.ts", "--short", "--report", DEPLOY_REPORT],
    ],
    tally: deployTally,
  },
  {
    name: "the package in an app of create-next-app, in its short form",
    command: vitest("adopt", "--project=adopt"),
    tally: () => vitestTally("adopt"),
  },
  { name: "end-to-end tests", command: node("@playwright/test/cli.js", "test"), tally: playwrightTally },
  {
    // After all the others: it wants every test that docs/security.md names to have run in this run, and passed.
    name: "the tests that docs/security.md names",
    command: [process.execPath, "--import", "tsx", "scripts/security/check-security-page.ts"],
  },
];

async function vitestTally(name: string): Promise<Tally> {
  const report = JSON.parse(await readFile(`${RESULTS}/${name}.json`, "utf8"));
  return { passed: Number(report.numPassedTests), failed: Number(report.numFailedTests) };
}

async function playwrightTally(): Promise<Tally> {
  const { stats } = JSON.parse(await readFile(`${RESULTS}/playwright.json`, "utf8"));
  const late = Number(stats.flaky);
  return { passed: Number(stats.expected) + late, failed: Number(stats.unexpected), late };
}

async function deployTally(): Promise<Tally> {
  return JSON.parse(await readFile(DEPLOY_REPORT, "utf8"));
}

/** The exit code; the command's output goes where ours goes. */
function run([program, ...args]: Step["command"]): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
    const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], env });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function tallyOf({ command, tally }: Step): Promise<Tally> {
  const ok = (await run(command)) === 0;
  const counted = await tally?.().catch(() => undefined);
  // A command that failed without a failed test (it could not start, say) is a failure all the same.
  if (!ok && !counted?.failed) return { passed: counted?.passed ?? 0, failed: 1 };
  return counted ?? { passed: 1, failed: 0 };
}

await rm(RESULTS, { recursive: true, force: true });
await mkdir(RESULTS);
const total = { passed: 0, failed: 0 };
for (const step of steps) {
  console.log(`\n── ${step.name}`);
  const startedMs = performance.now();
  const { passed, failed, late } = await tallyOf(step);
  total.passed += passed;
  total.failed += failed;
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const second = late ? ` (${late} at the second try, named above)` : "";
  console.log(`── ${step.name}: ${passed} passed${second}, ${failed} failed, ${seconds} s`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
