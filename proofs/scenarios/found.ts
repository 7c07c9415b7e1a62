import type { Numbers } from "../support/record";
import type { Found } from "./scenario";

/** Finds the numbers of proofs, and adds up those of several. A proof that left none is an error: it did not run. */
export function createFound(records: ReadonlyMap<string, Numbers>): Found {
  return (name) => {
    const prefix = name.endsWith("*") ? name.slice(0, -1) : null;
    const matching = [...records].filter(([each]) =>
      prefix === null ? each === name : each.startsWith(prefix),
    );
    if (matching.length === 0) throw new Error(`No proof left numbers under ${name}.`);
    const sums: Record<string, number> = {};
    for (const [, numbers] of matching) {
      for (const [key, value] of Object.entries(numbers)) sums[key] = (sums[key] ?? 0) + value;
    }
    return Object.fromEntries(Object.entries(sums).map(([key, sum]) => [key, Number(sum.toFixed(2))]));
  };
}
