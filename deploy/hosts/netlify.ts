import { cpSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { filesBelow, gzipBytes } from "./file-sizes";
import { type Host, MIB } from "./host";

const TOOLS = resolve("deploy/netlify");
const RUNTIME = "node_modules/@netlify/plugin-nextjs";
const FUNCTION = ".netlify/functions";
const FUNCTION_FILES = ".netlify/functions-internal";
const EDGE = ".netlify/edge-functions";
const STATIC = ".netlify/static";
const bin = (name: string) => join(TOOLS, "node_modules/.bin", name);

/** Netlify, and on this machine its function in Node and its edge function in Deno, behind a router of ours. */
export const netlify: Host = {
  name: "netlify",
  label: "Netlify (build output)",
  tools: "netlify",
  async build(project, run) {
    // Where Netlify's builder looks for its runtime of Next before it would download it. No link: Tailwind would follow it.
    cpSync(join(TOOLS, RUNTIME), join(project, RUNTIME), { recursive: true });
    // Without its root it would take the repository around the copy for the site's.
    const folder = ["--cwd", project, "--repositoryRoot", project];
    // On Netlify the framework is found before the builder starts.
    const runtime = ["--defaultConfig", JSON.stringify({ plugins: [{ package: "@netlify/plugin-nextjs" }] })];
    await run([bin("netlify-build"), "--offline", ...folder, ...runtime], { NETLIFY: "true" });
  },
  serve: (project, { port, env }) => ({
    command: [bin("node"), join(TOOLS, "serve-output.mjs"), project, `${port}`],
    cwd: project,
    env: { NODE_ENV: "production", NETLIFY: "true", ...env },
  }),
  // @netlify/plugin-nextjs takes the headers of a middleware's rewrite alone: edge-runtime/lib/middleware.ts, addMiddlewareHeaders.
  dropsRewriteStatus: true,
  shipped: (project) => [FUNCTION, FUNCTION_FILES, EDGE, STATIC].map((folder) => join(project, folder)),
  async weigh(project) {
    const [archive = ""] = filesBelow(join(project, FUNCTION)).filter((file) => file.endsWith(".zip"));
    const edge = filesBelow(join(project, EDGE)).filter((file) => file.endsWith("/server/middleware.js"));
    return [
      { what: "edge middleware", bytes: gzipBytes(edge), isCompressed: true },
      { what: "function", bytes: statSync(archive).size, isCompressed: true, limitBytes: 50 * MIB },
    ];
  },
};
