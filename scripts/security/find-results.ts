import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { NamedTest } from "./security-page";

export interface Result {
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
}

// The contract of the store is no test file of its own: the store's tests run it.
const RUN_BY: readonly [contract: RegExp, file: string][] = [
  [
    /^packages\/session\/src\/testing\/contract\/.*\.contract\.ts$/,
    "packages/session/src/redis/redis-session-store.test.ts",
  ],
];

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface Suite {
  readonly title: string;
  readonly file: string;
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
  readonly suites?: readonly Suite[];
}

/** The results that `npm test` leaves in a folder. A report that is not there has none. */
export function readResults(folder: string): Result[] {
  const vitest = ["vitest.json", "proofs.json"].flatMap((name) => {
    const report = readReport<VitestReport>(join(folder, name));
    return (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, status }) => ({
        file: relative(process.cwd(), name),
        title: fullName,
        passed: status === "passed",
      })),
    );
  });
  const playwright = readReport<{ suites: readonly Suite[] }>(join(folder, "playwright.json"));
  return [...vitest, ...(playwright?.suites ?? []).flatMap((suite) => resultsOf(suite, []))];
}

function resultsOf({ specs = [], suites = [], ...suite }: Suite, above: readonly string[]): Result[] {
  const own = specs.map(({ title, tests }) => ({
    file: `e2e/${suite.file}`,
    title: [...above, title].join(" "),
    // A test that needed its second try has passed; one that was skipped has not.
    passed: tests.length > 0 && tests.every(({ status }) => status === "expected" || status === "flaky"),
  }));
  return [...own, ...suites.flatMap((each) => resultsOf(each, [...above, each.title]))];
}

function readReport<Report>(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** What is wrong with a named test in these results, or `undefined`. */
export function findFault({ file, title }: NamedTest, results: readonly Result[]): string | undefined {
  const runBy = RUN_BY.find(([contract]) => contract.test(file))?.[1] ?? file;
  const meant = results.filter((each) => each.file === runBy && each.title.includes(title));
  if (meant.length === 0) return `did not run: ${file}: ${title}`;
  if (!meant.every(({ passed }) => passed)) return `did not pass: ${file}: ${title}`;
  return undefined;
}
