import { table } from "@/deploy/table";
import type { Site } from "./sites";

/** What became of each step, in each browser, with JavaScript and without, on each site. */
export interface Results {
  /** @param holds in a few words how it held; an error where it did not */
  add(step: string, column: string, site: Site["name"], holds: string | Error): void;
  /** Steps by columns, with the errors below; and a line of how many there are. */
  say(): string;
  readonly failed: number;
}

export function createResults(): Results {
  const columns = new Set<string>();
  const cells = new Map<string, Map<string, Map<Site["name"], string>>>();
  const failures: string[] = [];
  let passed = 0;

  /** One text where both sites say the same. */
  function cellText(texts: ReadonlyMap<string, string> = new Map()): string {
    const [first = "", ...others] = texts.values();
    if (others.every((each) => each === first)) return first;
    return Array.from(texts, ([site, text]) => `${site}: ${text}`).join("; ");
  }
  return {
    add(step, column, site, holds) {
      columns.add(column);
      if (holds instanceof Error) failures.push(`${step} (${column}, ${site}): ${holds.message}`);
      else passed++;
      const row = cells.get(step) ?? new Map<string, Map<Site["name"], string>>();
      const cell = row.get(column) ?? new Map<Site["name"], string>();
      cells.set(
        step,
        row.set(column, cell.set(site, holds instanceof Error ? `✗ ${failures.length}` : holds)),
      );
    },
    say() {
      const rows = Array.from(cells, ([step, row]) => [
        step,
        ...Array.from(columns, (each) => cellText(row.get(each))),
      ]);
      const reasons = failures.map((failure, at) => `✗ ${at + 1}: ${failure}`);
      const count = `${passed} passed, ${failures.length} failed`;
      return [table(["step", ...columns], rows), ...reasons, count].join("\n\n");
    },
    get failed() {
      return failures.length;
    },
  };
}
