import type { Verdict } from "./judge-page";

const head = ["page", "performance", "accessibility", "best practices", "SEO", "JavaScript over Next's own"];

/** The verdicts as a Markdown table, with columns that also line up in a terminal. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ page, scores, javascriptKb }) => [
    `\`${page.path}\`${page.signedIn ? ", signed in" : ""}`,
    String(scores.performance),
    String(scores.accessibility),
    String(scores["best-practices"]),
    `${scores.seo}${page.isUnlisted ? " *" : ""}`,
    `${javascriptKb.toFixed(1)} KB`,
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  const unlisted = verdicts.some(({ page }) => page.isUnlisted);
  const note =
    "\n\n\\* behind the sign-in, and so `noindex`: whether search engines may list it is not asked.";
  return [line(head), rule, ...rows.map(line)].join("\n") + (unlisted ? note : "");
}
