import { findFault, readResults } from "./find-results";
import { PAGE, readSecurityPage } from "./security-page";

// `npm run security`, after `npm test`: every test that docs/security.md names ran in that run, and passed.

const results = readResults("test-results");
const named = readSecurityPage().requirements.flatMap(({ tests }) => tests);
const faults = new Set(named.flatMap((test) => findFault(test, results) ?? []));
for (const fault of faults) console.error(fault);
if (faults.size === 0) console.log(`${PAGE}: ${named.length} references to tests, all of which passed.`);
process.exitCode = faults.size > 0 ? 1 : 0;
