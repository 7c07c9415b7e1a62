import type { Numbers } from "../support/record";

/** What a proof found, by its name; with a `*` at the end, the sums of all whose names begin so. */
export type Found = (name: string) => Numbers;

/** A scenario that burnt people, with what came of it elsewhere and here. */
export interface Scenario {
  readonly scenario: string;
  /** What was measured elsewhere, and of what. */
  readonly field: string;
  /** In numbers of the run; or in words, where a test says yes or no. */
  readonly ours: string | ((found: Found) => string);
  /** The file that proves it. */
  readonly by: string;
}

/** What came of operations that met an end. */
export const outcome = (name: string) => (found: Found) => {
  const { trials, keysLeft, falseSuccesses, revived = 0 } = found(name);
  return `${keysLeft} keys left, ${falseSuccesses} false successes, ${revived} revived, in ${trials} trials`;
};
/** What came of many adds to one cart. */
export const contention = (found: Found) => {
  const { runs, allKept, requestsPerChange } = found("contention");
  return `200 of 200 in ${allKept} of ${runs} runs, ${requestsPerChange} requests a change`;
};
