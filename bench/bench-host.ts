import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "@/deploy/hosts/host";
import { nextStart } from "@/deploy/hosts/next-start";

const ADDED = join(import.meta.dirname, "next");

/** The app as `next start` serves it, with the routes beside its own that have no session, or another one. */
export const benchHost: Host = {
  ...nextStart,
  name: "bench",
  label: "the benchmark",
  reads: [ADDED],
  build(project, run) {
    cpSync(ADDED, project, { recursive: true });
    return nextStart.build(project, run);
  },
};

/** The same host, whose server runs on another Node: the path of its program. */
export function onNode(host: Host, node: string): Host {
  return {
    ...host,
    serve(project, options) {
      const { command, ...start } = host.serve(project, options);
      return { ...start, command: [node, ...command.slice(1)] };
    },
  };
}
