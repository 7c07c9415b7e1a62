import { readFileSync, writeFileSync } from "node:fs";
import { chapters } from "./chapters";
import { findFault, readResults } from "./find-results";
import { PAGE, securityPage } from "./security-page";

// npm run security-report: writes docs/security.md, if every test that it names ran and passed.
// --check writes nothing, and wants the page to be exactly what would be written. --names asks for no results.

const results = process.argv.includes("--names") ? null : readResults("test-results");
const named = chapters.flatMap(({ requirements }) => requirements.flatMap(({ tests }) => tests));
const faults = results ? named.flatMap((test) => findFault(test, results) ?? []) : [];
const page = securityPage();
if (process.argv.includes("--check")) {
  if (readFileSync(PAGE, "utf8") !== page)
    faults.push(`${PAGE} is not what would be written: npm run security-report`);
} else if (faults.length === 0) {
  writeFileSync(PAGE, page);
}
for (const fault of new Set(faults)) console.error(fault);
const counted = results ? ", all of which ran and passed" : "";
if (faults.length === 0) console.log(`${PAGE}: ${named.length} references to tests${counted}.`);
process.exitCode = faults.length > 0 ? 1 : 0;
