import { readFileSync } from "node:fs";
import { join } from "node:path";
import { levelOf } from "./asvs-levels";
import { chapters } from "./chapters";
import type { Chapter, NamedTest, Requirement } from "./requirement";

export const PAGE = "docs/security.md";

/** The whole page: the opening, then a table a chapter. The same text each time: it has no dates and no durations. */
export function securityPage(): string {
  const opening = readFileSync(join(import.meta.dirname, "opening.md"), "utf8").trim();
  return `${[opening, summary(), ...chapters.map(chapterText)].join("\n\n")}\n`;
}

function summary(): string {
  const rows = chapters.flatMap(({ requirements }) => requirements);
  const proven = rows.filter(({ tests }) => tests.length > 0);
  const deviating = rows.filter(({ deviation }) => deviation);
  const left = chapters.flatMap(({ notApplicable }) => notApplicable.flatMap(({ numbers }) => numbers));
  return `## The requirements

${rows.length} rows: ${proven.length} with tests, ${deviating.length} with a deviation (${rows.length - proven.length} of them with nothing else), and
${left.length} numbers of the standard that ask for something that is not here. Every number of levels 1 and 2 of these chapters is one or the other.`;
}

function chapterText({ title, requirements, notApplicable }: Chapter): string {
  const table = [
    "| | asked for | what we do | proven by | deviation |",
    "|---|---|---|---|---|",
    ...requirements.map(row),
  ];
  const left = notApplicable.map(({ numbers, reason }) => `- ${numbers.join(", ")}: ${reason}`);
  return [
    `### ${title}`,
    table.join("\n"),
    ...(left.length > 0 ? [`Not applicable:\n\n${left.join("\n")}`] : []),
  ].join("\n\n");
}

function row({ number, asks, does, tests, deviation }: Requirement): string {
  const name = number ? `${number}, L${levelOf(number)}` : "";
  const cells = [name, asks, does, tests.map(link).join("<br>"), deviation ?? ""];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function link({ file, title }: NamedTest): string {
  return `[${title.trim().replaceAll("[", "\\[")}](../${file})`;
}
