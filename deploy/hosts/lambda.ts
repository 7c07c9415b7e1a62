import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { filesBelow, gzipBytes } from "./file-sizes";
import type { Host } from "./host";

const TOOLS = resolve("deploy/lambda");
const CONFIG = "open-next.config.mjs";
const FUNCTION = ".open-next/server-functions/default";
const ASSETS = ".open-next/assets";

/** AWS Lambda, and on this machine its handler, called with the events of API Gateway by a small server. */
export const lambda: Host = {
  name: "lambda",
  label: "AWS Lambda (handler)",
  tools: "lambda",
  build(project, run) {
    // The tool wants it below its working directory.
    copyFileSync(join(TOOLS, CONFIG), join(project, CONFIG));
    return run([join(TOOLS, "node_modules/.bin/open-next"), "build", "--config-path", CONFIG]);
  },
  serve: (project, { port, env }) => ({
    command: [process.execPath, join(TOOLS, "serve-handler.mjs"), join(project, ASSETS), `${port}`],
    // A function's working directory is its own folder.
    cwd: join(project, FUNCTION),
    env: { NODE_ENV: "production", AWS_LAMBDA_FUNCTION_NAME: "carryover", ...env },
  }),
  shipped: (project) => [join(project, FUNCTION), join(project, ASSETS)],
  weigh: async (project) => [
    { what: "function", bytes: gzipBytes(filesBelow(join(project, FUNCTION))), isCompressed: true },
  ],
};
