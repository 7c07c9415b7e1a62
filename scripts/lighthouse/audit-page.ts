import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runBounded } from "@/local-cloud/processes/run-bounded";

export const categories = ["performance", "accessibility", "best-practices", "seo"] as const;
export type Scores = Readonly<Record<(typeof categories)[number], number>>;

const aCategory = z.object({
  score: z.number(),
  auditRefs: z.array(z.object({ id: z.string(), weight: z.number() })),
});
const report = z.object({
  runtimeError: z.object({ message: z.string() }).optional(),
  categories: z.object({
    performance: aCategory,
    accessibility: aCategory,
    "best-practices": aCategory,
    seo: aCategory,
  }),
  audits: z.record(
    z.string(),
    z.object({ title: z.string(), score: z.number().nullable(), displayValue: z.string().optional() }),
  ),
});

export interface Audit {
  /** 0 to 100. */
  readonly scores: Scores;
  /** What cost points, in Lighthouse's words. */
  readonly losses: readonly string[];
}

export interface AuditOptions {
  /** Lighthouse's command. */
  readonly lighthouse: string;
  /** The browser's debugging port: the page is opened in its first profile, and so with that one's cookies. */
  readonly browserPort: number;
  readonly url: string;
  readonly isUnlisted: boolean;
  readonly folder: string;
}

const LIMIT_MS = 180_000;

/** One run of Lighthouse on one page, in its mobile profile. Throws where it could not load the page. */
export async function auditPage(options: AuditOptions): Promise<Audit> {
  const file = join(options.folder, "report.json");
  const { ok, output } = await runBounded(
    [
      process.execPath,
      options.lighthouse,
      options.url,
      ...[`--port=${options.browserPort}`, "--quiet", "--no-enable-error-reporting"],
      ...["--output=json", `--output-path=${file}`, `--only-categories=${categories.join(",")}`],
      ...(options.isUnlisted ? ["--skip-audits=is-crawlable"] : []),
    ],
    { limitMs: LIMIT_MS },
  );
  if (!ok) throw new Error(`Lighthouse failed on ${options.url}:\n${output}`);
  const { runtimeError, ...found } = report.parse(JSON.parse(await readFile(file, "utf8")));
  if (runtimeError) throw new Error(`Lighthouse could not audit ${options.url}: ${runtimeError.message}`);
  const score = (name: keyof Scores) => Math.round(found.categories[name].score * 100);
  const losses = categories
    .flatMap((name) => found.categories[name].auditRefs)
    .filter(({ weight }) => weight > 0)
    .flatMap(({ id }) => found.audits[id] ?? [])
    .filter((audit) => audit.score !== null && audit.score < 1)
    .map(({ title, displayValue = "" }) => `${title} ${displayValue}`.trim());
  return {
    scores: {
      performance: score("performance"),
      accessibility: score("accessibility"),
      "best-practices": score("best-practices"),
      seo: score("seo"),
    },
    losses,
  };
}
