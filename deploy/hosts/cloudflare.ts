import { copyFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipBytes } from "./file-sizes";
import { type Host, KIB } from "./host";
import { NEXT } from "./next-start";

const TOOLS = resolve("deploy/cloudflare");
const BUNDLE = ".bundle";
const ASSETS = ".open-next/assets";
const bin = (name: string) => join(TOOLS, "node_modules/.bin", name);

/** Cloudflare Workers, and on this machine their own runtime, workerd. */
export const cloudflare: Host = {
  name: "workerd",
  label: "Cloudflare Workers (workerd)",
  tools: "cloudflare",
  async build(project, run) {
    copyFileSync(join(TOOLS, "wrangler.jsonc"), join(project, "wrangler.jsonc"));
    // Turbopack writes what handlers share into each handler's own chunk, and a worker carries all of them: twice the size.
    await run([process.execPath, NEXT, "build", "--webpack"], { NEXT_OUTPUT: "standalone" });
    const config = ["-c", "wrangler.jsonc", "--openNextConfigPath", join(TOOLS, "open-next.config.mjs")];
    await run([bin("opennextjs-cloudflare"), "build", "--skipNextBuild", ...config]);
    copyFileSync(join(TOOLS, "_headers"), join(project, ASSETS, "_headers"));
    // What would be uploaded, to be weighed and searched.
    await run([bin("wrangler"), "deploy", "--dry-run", "-c", "wrangler.jsonc", "--outdir", BUNDLE]);
  },
  serve(project, { port, env }) {
    const variables = Object.entries(env).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
    const address = ["--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", "0"];
    return {
      command: [
        bin("wrangler"),
        ...["dev", "-c", "wrangler.jsonc", "--show-interactive-dev-session=false"],
        ...address,
        ...variables,
      ],
      cwd: project,
      env: {},
    };
  },
  shipped: (project) => [join(project, BUNDLE, "worker.js"), join(project, ASSETS)],
  async weigh(project) {
    const bytes = gzipBytes([join(project, BUNDLE, "worker.js")]);
    return [{ what: "worker", bytes, isCompressed: true, limitBytes: 1.2 * KIB * KIB }];
  },
};
