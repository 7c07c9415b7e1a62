import { guestAt } from "@/deploy/check/visitor";
import { freePort } from "@/local-cloud/processes/free-port";
import type { BenchServer, BenchSite } from "../bench-site";
import { type Case, cookieOf } from "../cost/cases";
import { costFigures, costTable, shortOf } from "../cost/cost-table";
import { measureCosts } from "../cost/measure-costs";
import type { PartResult } from "../part";

const WITHOUT = "without metrics";

/** What metrics cost: each request at a server that counts, over the same one at a server that does not. */
export async function benchMetrics(site: BenchSite): Promise<PartResult> {
  const { isQuick, say } = site;
  const without = await site.serveOurs();
  const counting = await site.serveOurs({ METRICS_PORT: String(await freePort()) });
  const cases = [
    ...(await casesAt(without, { name: WITHOUT })),
    ...(await casesAt(counting, { name: "with metrics", against: WITHOUT, atLeast: 0.95 })),
  ];
  const options = {
    spawn: site.harness.reaper.spawn,
    rounds: isQuick ? 1 : 5,
    seconds: isQuick ? 1 : 4,
    say,
  };
  const costs = await measureCosts(cases, options);
  await Promise.all([without, counting].map(({ stop }) => stop()));
  return { tables: [costTable(costs)], figures: { costs: costs.map(costFigures) }, short: shortOf(costs) };
}

async function casesAt(
  { origin, pid }: BenchServer,
  more: Pick<Case, "name" | "against" | "atLeast">,
): Promise<Case[]> {
  const cookie = cookieOf((await guestAt(origin)).cookies);
  return [
    { group: "JSON route, signed in", target: { url: `${origin}/api/session`, pid, cookie }, ...more },
    { group: "JSON route, no cookie", target: { url: `${origin}/api/session`, pid }, ...more },
    { group: "page, signed in", target: { url: `${origin}/`, pid, cookie }, ...more },
  ];
}
