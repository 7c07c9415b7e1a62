import { parseArgs } from "node:util";
import { recordSoak, runSoak } from "./run-soak";

/** `npm run soak -- --seconds 600 --users 500` */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    users: { type: "string", default: "500" },
  },
});

const soak = await runSoak({ seconds: Number(values.seconds), users: Number(values.users) });
await recordSoak(soak);
for (const note of soak.notes) console.error(note);
console.log(soak.summary);
process.exitCode = soak.violations > 0 ? 1 : 0;
