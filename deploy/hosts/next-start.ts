import { join } from "node:path";
import { KEEP_ALIVE_MS } from "@/local-cloud/instances/next-instances";
import { filesBelow, gzipBytes } from "./file-sizes";
import type { Host } from "./host";

export const NEXT = "node_modules/next/dist/bin/next";

const shipped = (project: string) => [".next/server", ".next/static"].map((folder) => join(project, folder));

/** Plain Next on a machine with Node, as the local cloud runs it. */
export const nextStart: Host = {
  name: "next-start",
  label: "next start",
  build: (_project, run) => run([process.execPath, NEXT, "build"]),
  serve: (project, { port, env }) => ({
    command: [
      process.execPath,
      ...[NEXT, "start", "-H", "localhost", "-p", `${port}`, "--keepAliveTimeout", `${KEEP_ALIVE_MS}`],
    ],
    cwd: project,
    env: { NODE_ENV: "production", ...env },
  }),
  shipsTracing: true,
  outlivesProxies: true,
  shipped,
  weigh: async (project) => [
    {
      what: "server and static files, besides node_modules",
      bytes: gzipBytes(shipped(project).flatMap((folder) => filesBelow(folder))),
      isCompressed: true,
    },
  ],
};
