import { spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createFound } from "./scenarios/found";
import { withTables } from "./scenarios/proof-table";
import { RECORDS, readRecords } from "./support/record";

// All proofs in their long form; then their numbers go into the document, or nothing does.

const DOCUMENT = "docs/session-store.md";

function runVitest(): Promise<number> {
  const args = [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--project=proofs",
    "--mode=long",
    // Names of files to run, for one who works on a proof.
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

const isWhole = process.argv.length === 2;
if (isWhole) await rm(RECORDS, { recursive: true, force: true });
const code = await runVitest();
process.exitCode = code;
if (code === 0 && isWhole) {
  const found = createFound(await readRecords());
  await writeFile(DOCUMENT, withTables(await readFile(DOCUMENT, "utf8"), found));
  console.log(`The tables in ${DOCUMENT} are those of this run.`);
}
