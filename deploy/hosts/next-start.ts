import { join } from "node:path";
import { folderBytes } from "./file-sizes";
import type { Host } from "./host";

export const NEXT = "node_modules/next/dist/bin/next";

/** Plain Next on a machine with Node, as the local cloud runs it. */
export const nextStart: Host = {
  name: "next-start",
  label: "next start",
  build: (_project, run) => run([process.execPath, NEXT, "build"]),
  serve: (project, { port, env }) => ({
    command: [process.execPath, NEXT, "start", "-H", "localhost", "-p", `${port}`],
    cwd: project,
    env: { NODE_ENV: "production", ...env },
  }),
  shipped: (project) => [join(project, ".next/server"), join(project, ".next/static")],
  async weigh(project) {
    const bytes = folderBytes(join(project, ".next/server")) + folderBytes(join(project, ".next/static"));
    return [{ what: "server and static files, besides node_modules", bytes, isCompressed: false }];
  },
};
