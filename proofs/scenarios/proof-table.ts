import { existsSync } from "node:fs";
import { guides } from "./guides";
import { libraries } from "./libraries";
import { ownScenarios } from "./own-scenarios";
import type { Found, Scenario } from "./scenario";

const BEGIN = "<!-- npm run proofs writes from here -->";
const END = "<!-- to here -->";

/** The document with the tables of this run between its two marks. */
export function withTables(document: string, found: Found): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`The document lacks ${BEGIN} or ${END}.`);
  const tables = [
    ["the nine guides", guides],
    ["elsewhere", libraries],
    ["elsewhere", ownScenarios],
  ] as const;
  const text = tables.map(([field, scenarios]) => tableOf(field, scenarios, found)).join("\n");
  return `${before}${BEGIN}\n\n${text}\n${END}${after}`;
}

function tableOf(field: string, scenarios: readonly Scenario[], found: Found): string {
  const rows = scenarios.map((each) => {
    if (!existsSync(each.by)) throw new Error(`${each.by} is gone: who proves "${each.scenario}" now?`);
    const ours = typeof each.ours === "string" ? each.ours : each.ours(found);
    return `| ${each.scenario} | ${each.field} | ${ours} ([test](../${each.by})) |\n`;
  });
  return `| scenario | ${field} | here |\n|---|---|---|\n${rows.join("")}`;
}
