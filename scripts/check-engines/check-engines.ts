import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "@/deploy/table";
import { exitWith } from "@/local-cloud/cli-options";
import { spawnOwned } from "@/local-cloud/processes/owned-process";
import { askRedis, readFields } from "@/local-cloud/redis/ask-redis";
import { findRedis } from "@/local-cloud/redis/find-redis";
import { startRedis } from "@/local-cloud/redis/redis-server";
import { createProgramRunner } from "@/scripts/program-runner";
import { ENGINE_NAMES, installEngine, isEngineName } from "./install-engine";

const USAGE = `The tests of the session store and of the gateway, on other Redis servers than the system's.

  npm run engines                               ${ENGINE_NAMES.join(" ")}
  npm run engines -- redis@8 valkey@8           those named; Debian's packages, unpacked into .demo/tools
  npm run engines -- /opt/valkey/valkey-server  a program`;

const TOOLS = ".demo/tools";
/** Columns, and the tests that fill them. */
const SUITES = {
  "the store": ["--project=unit", "packages/session/src"],
  "accounts, limits, a full Redis": [
    "--project=unit",
    ...["account-scripts", "disable-account", "limit-sign-in", "redis-account-store"].map(
      (name) => `lib/account/${name}.test.ts`,
    ),
    ...["delivered-twice", "full-redis"].map((name) => `app/api/${name}.test.ts`),
  ],
  "the gateway": ["--project=unit", "packages/rest-gateway/src"],
  "a cluster, a replica": ["--project=cluster"],
};

const names = readArguments();
const { runTests } = createProgramRunner({ limitMs: 1_200_000, folder: ".demo/check-engines" });
const ownPath = process.env.PATH ?? "";
const rows: string[][] = [];
let failed = 0;
for (const name of names) {
  console.log(`\n── ${name}`);
  try {
    const folder = await installEngine(name, { toolsDir: TOOLS, say: console.log });
    // What the tests start is what the local cloud would: the first redis-server on the PATH.
    process.env.PATH = `${folder}${delimiter}${ownPath}`;
    const row = [name, await versionOfRedis()];
    for (const tests of Object.values(SUITES)) {
      const result = await runTests((report) => vitest(report, tests));
      if (!result.ok) failed++;
      row.push(result.says);
    }
    rows.push(row);
  } catch (error) {
    failed++;
    rows.push([name, error instanceof Error ? error.message : String(error)]);
  }
}
console.log(`\n${table(["engine", "it says", ...Object.keys(SUITES)], rows)}\n`);
console.log(`${names.length * Object.keys(SUITES).length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

function vitest(report: string, tests: readonly string[]) {
  const reporters = ["--reporter=dot", "--silent", "--reporter=json", `--outputFile.json=${report}`];
  return [process.execPath, "node_modules/vitest/vitest.mjs", "run", ...reporters, ...tests] as const;
}

/** Of the server that tests would start: its own word, over a connection. */
async function versionOfRedis(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "carryover-engine-"));
  const binary = await findRedis({ toolsDir: TOOLS, say: console.log });
  const redis = await startRedis({ binary, dataDir, appendOnly: false, spawn: spawnOwned });
  try {
    const fields = readFields(await askRedis(redis.url, "INFO", "server"));
    const valkey = fields.get("valkey_version");
    return valkey ? `Valkey ${valkey}` : `Redis ${fields.get("redis_version")}`;
  } finally {
    await redis.kill();
    await rm(dataDir, { recursive: true });
  }
}

function readArguments(): readonly string[] {
  try {
    const options = { help: { type: "boolean" } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const unknown = positionals.find((name) => !isEngineName(name) && !name.includes("/"));
    if (unknown) throw new Error(`There is no "${unknown}".`);
    return positionals.length > 0 ? positionals : ENGINE_NAMES;
  } catch (error) {
    return exitWith(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
