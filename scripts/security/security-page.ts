import { readFileSync } from "node:fs";

/** The page that this reads: its tables are the data, and name the tests that prove each row. */
export const PAGE = "docs/security.md";

/** A test, named by a part of its title that no other test of the file has, or that all meant have. */
export interface NamedTest {
  /** Where its title stands, from the project's folder. */
  readonly file: string;
  readonly title: string;
}

export interface Requirement {
  /** ASVS 5.0's number and level, such as `7.2.3, L1`; `""` for a row that is none of the standard's. */
  readonly number: string;
  readonly asks: string;
  readonly does: string;
  /** What proves it; none for a deviation alone. */
  readonly tests: readonly NamedTest[];
  /** What is not done as asked, and why; `""` where nothing is. */
  readonly deviation: string;
}

/** The rows of all tables below "The requirements", and the numbers that the page calls not applicable. */
export function readSecurityPage(text = readFileSync(PAGE, "utf8")) {
  const lines = text.slice(text.indexOf("\n## The requirements\n")).split("\n");
  return {
    requirements: lines.filter((line) => line.startsWith("| ")).flatMap(parseRow),
    notApplicable: lines.flatMap((line) => {
      const [, numbers = ""] = /^- (\d[\d., ]*): /.exec(line) ?? [];
      return numbers.split(/,\s*/).filter(Boolean);
    }),
  };
}

function parseRow(line: string): Requirement[] {
  const [number = "", asks = "", does = "", proof = "", deviation = ""] = line
    .split(/(?<!\\)\|/)
    .slice(1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
  return asks === "asked for" ? [] : [{ number, asks, does, tests: parseTests(proof), deviation }];
}

/** Links to tests: `[title](../file)`, with `\[` and `\]` for brackets in the title. */
function parseTests(cell: string): NamedTest[] {
  return [...cell.matchAll(/\[((?:\\[[\]]|[^[\]])+)\]\(\.\.\/([^)]+)\)/g)].map(
    ([, title = "", file = ""]) => ({
      file,
      title: title.replaceAll(/\\([[\]])/g, "$1"),
    }),
  );
}
