import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { ratioChart } from "../results/ratio-chart";
import { writeText } from "../results/write-result";
import { ourCases } from "./cases";
import { costFigures, costTable, shortOf } from "./cost-table";
import { measureCosts } from "./measure-costs";
import { betterAuthCases, expressCases } from "./peer-cases";

/** What a request costs with a session, over the same request without one: ours and the field's. */
export async function benchCost(site: BenchSite): Promise<PartResult> {
  const { isQuick, say } = site;
  const rounds = isQuick ? 1 : 5;
  const seconds = isQuick ? 1 : 4;
  const [ours, express, betterAuth] = [
    await site.serveOurs(),
    await site.servePeer("express"),
    await site.servePeer("better-auth"),
  ];
  const cases = [
    ...(await ourCases(ours)),
    ...(await expressCases(express)),
    ...(await betterAuthCases(betterAuth)),
  ];
  const costs = await measureCosts(cases, { spawn: site.harness.reaper.spawn, rounds, seconds, say });
  await Promise.all([ours, express, betterAuth].map(({ stop }) => stop()));
  if (!isQuick) writeText("ratios.svg", ratioChart(costs));
  return {
    tables: [costTable(costs)],
    figures: { rounds, secondsEach: seconds, costs: costs.map(costFigures) },
    short: shortOf(costs),
  };
}
