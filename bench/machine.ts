import { availableParallelism, cpus } from "node:os";

/** What the figures are from, in a line. */
export function machine(): string {
  return `Node ${process.versions.node}, ${process.platform}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"})`;
}
