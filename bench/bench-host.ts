import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "@/deploy/hosts/host";
import { nextStart } from "@/deploy/hosts/next-start";

/** The app as `next start` serves it, with the routes beside its own that have no session, or another one. */
export const benchHost: Host = {
  ...nextStart,
  name: "bench",
  label: "the benchmark",
  build(project, run) {
    cpSync(join(import.meta.dirname, "next"), project, { recursive: true });
    return nextStart.build(project, run);
  },
};
