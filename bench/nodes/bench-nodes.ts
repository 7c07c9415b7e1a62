import { guestAt } from "@/deploy/check/visitor";
import { installRuntime } from "@/scripts/check-nodes/runtime";
import { benchHost, onNode } from "../bench-host";
import type { BenchServer, BenchSite } from "../bench-site";
import { type Case, cookieOf } from "../cost/cases";
import { costFigures, costTable } from "../cost/cost-table";
import { measureCosts } from "../cost/measure-costs";
import type { PartResult } from "../part";

/** The first is what the others are compared with. */
const NODES = ["20", "22", "24"];
const PATHS = ["/", "/cart", "/api/session", "/api/bench/status"];

interface OnNode extends BenchServer {
  readonly name: string;
  readonly cookie: string;
}

/** The same build, the same load and the same Redis on several versions of Node, in turn. */
export async function benchNodes(site: BenchSite): Promise<PartResult> {
  const { isQuick, say, harness } = site;
  const servers: OnNode[] = [];
  for (const major of NODES) {
    const { path, version } = await installRuntime(major, say);
    const server = await site.serve(onNode(benchHost, path));
    const cookie = cookieOf((await guestAt(server.origin)).cookies);
    servers.push({ ...server, name: `Node ${version}`, cookie });
  }
  const rounds = isQuick ? 1 : 5;
  const seconds = isQuick ? 1 : 4;
  const cases = PATHS.flatMap((path) => casesOf(path, servers));
  const costs = await measureCosts(cases, { spawn: harness.reaper.spawn, rounds, seconds, say });
  await Promise.all(servers.map(({ stop }) => stop()));
  return {
    tables: [costTable(costs)],
    figures: { rounds, secondsEach: seconds, costs: costs.map(costFigures) },
  };
}

function casesOf(path: string, servers: readonly OnNode[]): Case[] {
  const [first] = servers;
  return servers.map(({ name, origin, pid, cookie }) => ({
    group: `${path}, signed in`,
    name,
    target: { url: origin + path, pid, cookie },
    ...(first && name !== first.name && { against: first.name }),
  }));
}
