import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";

// The package in an app of `create-next-app`, in all ways that its README describes, and in examples/openid. `--short`:
// the one way of `npm test`; `--latest`: with the newest template in place of the pinned one. `openid`: the example alone.

const { values, positionals } = parseArgs({
  options: { latest: { type: "boolean" }, short: { type: "boolean" } },
  allowPositionals: true,
});
const mode = values.latest ? "latest" : values.short ? "test" : "long";
const args = ["node_modules/vitest/vitest.mjs", "run", "--project=adopt", `--mode=${mode}`, ...positionals];
const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
const [code] = await once(child, "exit");
process.exitCode = code ?? 1;
