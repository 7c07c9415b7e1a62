import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { filesBelow, gzipBytes } from "./file-sizes";
import { type Host, KIB, type Weight } from "./host";

const TOOLS = resolve("deploy/vercel");
const OUTPUT = ".vercel/output";
// What `vercel link` would write, with an account.
const UNLINKED = {
  projectId: "prj_local",
  orgId: "team_local",
  settings: { framework: "nextjs", nodeVersion: "22.x" },
};

/** Vercel, and on this machine its edge runtime and its functions' own launchers, behind a router of ours. */
export const vercel: Host = {
  name: "vercel",
  label: "Vercel (build output)",
  tools: "vercel",
  async build(project, run) {
    mkdirSync(join(project, ".vercel"), { recursive: true });
    writeFileSync(join(project, ".vercel/project.json"), JSON.stringify(UNLINKED));
    await run([join(TOOLS, "node_modules/.bin/vercel"), "build", "--prod", "--yes"]);
    checkConfig(project);
  },
  serve: (project, { port, env }) => ({
    command: [process.execPath, join(TOOLS, "serve-output.mjs"), project, `${port}`],
    cwd: project,
    env: { NODE_ENV: "production", VERCEL: "1", ...env },
  }),
  shipped: (project) => [
    join(project, OUTPUT),
    ...nodeFunctions(project).flatMap((folder) => filesOfFunction(project, folder)),
  ],
  async weigh(project) {
    const [edge = ""] = functionsOf(project).filter((folder) => runtimeOf(folder) === "edge");
    const sizes = nodeFunctions(project).map((folder) => gzipBytes(filesOfFunction(project, folder)));
    const weights: Weight[] = [
      {
        what: "edge middleware",
        bytes: gzipBytes([join(edge, "index.js")]),
        isCompressed: true,
        limitBytes: 100 * KIB,
      },
      { what: `largest of ${sizes.length} functions`, bytes: Math.max(...sizes), isCompressed: true },
    ];
    return weights;
  },
};

/** The output is of the kind that we know, and what should be at the edge is, and nothing else. */
function checkConfig(project: string): void {
  const { version } = JSON.parse(readFileSync(join(project, OUTPUT, "config.json"), "utf8"));
  if (version !== 3) throw new Error(`The build output is version ${version}, not 3.`);
  const edge = functionsOf(project).filter((folder) => runtimeOf(folder) === "edge");
  if (edge.length !== 1 || !edge[0]?.endsWith("/middleware.func"))
    throw new Error("The middleware, and nothing else, should be an edge function.");
  const others = nodeFunctions(project).filter((folder) => !/^nodejs\d+\.x$/.test(runtimeOf(folder)));
  if (others.length > 0) throw new Error("A function is neither for the edge nor for Node.");
}

/** Each function once: most names are links to one that they share. */
function functionsOf(project: string): string[] {
  const configs = filesBelow(join(project, OUTPUT, "functions")).filter((file) =>
    file.endsWith(".func/.vc-config.json"),
  );
  return [...new Set(configs.map((file) => realpathSync(dirname(file))))];
}

const nodeFunctions = (project: string) =>
  functionsOf(project).filter((folder) => runtimeOf(folder) !== "edge");

function configOf(folder: string): { runtime?: unknown; filePathMap?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, ".vc-config.json"), "utf8"));
}

const runtimeOf = (folder: string) => String(configOf(folder).runtime);

function filesOfFunction(project: string, folder: string): string[] {
  const named = Object.values(configOf(folder).filePathMap ?? {}).map((path) => join(project, path));
  return [...filesBelow(folder), ...named].filter((file) => statSync(file).isFile());
}
