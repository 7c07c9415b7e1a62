import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { filesBelow, folderBytes, gzipBytes } from "./file-sizes";
import { type Host, MIB } from "./host";
import { NEXT } from "./next-start";

const image = (project: string) => join(project, "image");

/** What the last stage of the Dockerfile sets in its one ENV. */
function imageEnv(): Record<string, string> {
  const dockerfile = readFileSync("deploy/container/Dockerfile", "utf8");
  const line = dockerfile.split("\n").findLast((each) => each.startsWith("ENV ")) ?? "";
  return Object.fromEntries(
    line
      .split(" ")
      .slice(1)
      .map((pair) => pair.split("=", 2)),
  );
}

/** The server of the container's image, put together as deploy/container/Dockerfile does it. */
export const standalone: Host = {
  name: "standalone",
  label: "container (standalone)",
  linter: "container",
  async build(project, run) {
    await run([process.execPath, NEXT, "build"], { NEXT_OUTPUT: "standalone" });
    rmSync(image(project), { recursive: true, force: true });
    const parts = [
      [".next/standalone", ""],
      [".next/static", ".next/static"],
      ["public", "public"],
    ] as const;
    for (const [from, to] of parts)
      cpSync(join(project, from), join(image(project), to), { recursive: true });
  },
  serve: (project, { port, env }) => ({
    command: [process.execPath, "server.js"],
    cwd: image(project),
    env: { ...imageEnv(), HOSTNAME: "localhost", PORT: `${port}`, ...env },
  }),
  startLimitSeconds: 1,
  shipsTracing: true,
  outlivesProxies: true,
  shipped: (project) => [image(project)],
  weigh: async (project) => [
    {
      what: "folder of the image",
      bytes: folderBytes(image(project)),
      isCompressed: false,
      limitBytes: 30 * MIB,
    },
    { what: "the same", bytes: gzipBytes(filesBelow(image(project))), isCompressed: true },
  ],
};
