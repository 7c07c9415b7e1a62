import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { poll } from "@/local-cloud/processes/poll";
import type { BenchServer, BenchSite } from "../bench-site";
import { serveEarlier } from "../earlier/serve-earlier";
import type { PartResult } from "../part";
import {
  type Comparison,
  distanceFigures,
  distanceTables,
  overGoal,
  type Row,
  type Sample,
} from "./distance-table";
import { type Scenario, scenarios } from "./scenarios";

/** At 1 ms half of what is waited for is the work of gateway and Redis, which varies more than the distance. */
const DISTANCES = [
  { delayMs: 1, samples: 60 },
  { delayMs: 20, samples: 30 },
  { delayMs: 80, samples: 30 },
];
const WARM_UP = 5;
const QUICK_SAMPLES = 3;

/** A version of the app, behind a proxy of its own that stands in for the distance to Redis. */
interface Version {
  readonly server: BenchServer;
  readonly proxy: FaultProxy;
}

/**
 * What a visitor waits for when Redis is far away, at an earlier commit and today. The time that waits for Redis is taken at
 * the proxy, which is the same for both: how long at least one request is under way, until the visitor has the answer.
 */
export async function benchDistance(site: BenchSite): Promise<PartResult> {
  const earlier = await openVersion(site, (env) => serveEarlier(site, env));
  const ours = await openVersion(site, site.serveOurs);
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    const comparisons: Comparison[] = [];
    for (const { delayMs, samples: full } of DISTANCES) {
      const samples = site.isQuick ? QUICK_SAMPLES : full;
      comparisons.push(await compare(scenario, { earlier, ours, delayMs, samples }));
    }
    rows.push({ scenario, comparisons });
  }
  for (const { server, proxy } of [earlier, ours]) {
    await server.stop();
    await proxy.close();
  }
  return {
    tables: distanceTables(rows),
    figures: { rows: rows.flatMap(distanceFigures) },
    short: overGoal(rows),
  };
}

async function openVersion(
  { harness }: BenchSite,
  serve: (env: Readonly<Record<string, string>>) => Promise<BenchServer>,
): Promise<Version> {
  const proxy = await startFaultProxy({ target: harness.env.UPSTASH_REDIS_REST_URL ?? "" });
  return { proxy, server: await serve({ UPSTASH_REDIS_REST_URL: proxy.url }) };
}

interface Contest {
  readonly earlier: Version;
  readonly ours: Version;
  readonly delayMs: number;
  readonly samples: number;
}

/** By turns, earlier, ours, ours, earlier: what changes on the machine meanwhile meets both. */
async function compare(
  scenario: Scenario,
  { earlier, ours, delayMs, samples }: Contest,
): Promise<Comparison> {
  const start = async (version: Version) => ({
    version,
    getReady: await scenario.begin(version.server.origin),
    measured: [] as Sample[],
  });
  const [before, now] = [await start(earlier), await start(ours)];
  for (let round = 0; round < WARM_UP + samples; round++) {
    for (const { version, getReady, measured } of round % 2 === 0 ? [before, now] : [now, before])
      measured.push(await measure(await getReady(), version, delayMs));
  }
  return { delayMs, earlier: before.measured.slice(WARM_UP), ours: now.measured.slice(WARM_UP) };
}

/** To the last byte of the answer, a redirect not followed. Nothing but this is far away. */
async function measure(run: () => Promise<void>, { proxy }: Version, delayMs: number): Promise<Sample> {
  // What a server does after its answer keeps nobody waiting.
  await poll("the requests to Redis to end", () => proxy.busy.underWay === 0);
  proxy.always({ delayMs });
  const [startedMs, busyMs, requests] = [performance.now(), proxy.busy.totalMs, proxy.injected];
  await run();
  const sample = {
    wholeMs: performance.now() - startedMs,
    waitingMs: proxy.busy.totalMs - busyMs,
    requests: proxy.injected - requests,
  };
  proxy.always(null);
  return sample;
}
