import { median } from "@/deploy/median";
import { type Audit, categories, type Scores } from "./audit-page";
import type { AuditedPage } from "./audited-pages";

/** A page's scores, each the median of its runs, and what is wrong with it. */
export interface Verdict {
  readonly page: AuditedPage;
  readonly scores: Scores;
  readonly javascriptKb: number;
  readonly faults: readonly string[];
}

export function judgePage(page: AuditedPage, audits: readonly Audit[], javascriptKb: number): Verdict {
  const of = (name: keyof Scores) => median(audits.map(({ scores }) => scores[name]));
  const scores: Scores = {
    performance: of("performance"),
    accessibility: of("accessibility"),
    "best-practices": of("best-practices"),
    seo: of("seo"),
  };
  const low = categories.filter((name) => scores[name] < (name === "performance" ? page.performance : 100));
  const losses = new Set(audits.flatMap((audit) => audit.losses));
  return {
    page,
    scores,
    javascriptKb,
    faults: [
      ...low.map((name) => `${name} ${scores[name]}`),
      ...(low.length > 0 ? [...losses].map((loss) => `  ${loss}`) : []),
      ...(javascriptKb > page.javascriptKb ? [`${javascriptKb} KB of JavaScript over Next's own`] : []),
    ],
  };
}
