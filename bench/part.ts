import type { BenchSite } from "./bench-site";

/** What a part of the benchmark found. */
export interface PartResult {
  /** For a person, to print. */
  readonly tables: readonly string[];
  /** For `results/`, as JSON. */
  readonly figures: object;
  /** What fell short of what it shall be, a sentence each. */
  readonly short?: readonly string[];
}

export type Part = (site: BenchSite) => Promise<PartResult>;
