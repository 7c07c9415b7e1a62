import { table } from "@/deploy/table";
import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { type Scenario, scenarios } from "./scenarios";

const DELAYS_MS = [1, 20, 80];
const WARM_UP = 5;
const SAMPLES = 60;
const QUICK_SAMPLES = 3;

interface Times {
  readonly delayMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

interface Row {
  readonly scenario: string;
  /** REST requests to Redis, each time. */
  readonly requests: number;
  readonly times: readonly Times[];
}

/** What a visitor waits for when Redis is far away: a delay before the gateway stands in for the distance, there and back. */
export async function benchDistance(site: BenchSite): Promise<PartResult> {
  const proxy = await startFaultProxy({ target: site.harness.env.UPSTASH_REDIS_REST_URL ?? "" });
  const server = await site.serveOurs({ UPSTASH_REDIS_REST_URL: proxy.url });
  const rows: Row[] = [];
  for (const scenario of scenarios)
    rows.push(await measure(scenario, { site, proxy, origin: server.origin }));
  await server.stop();
  await proxy.close();
  return { tables: [distanceTable(rows)], figures: { samples: SAMPLES, rows } };
}

interface Place {
  readonly site: BenchSite;
  readonly proxy: FaultProxy;
  readonly origin: string;
}

/** One after the other: to the last byte of the answer, a redirect not followed. */
async function measure(scenario: Scenario, { site, proxy, origin }: Place): Promise<Row> {
  const samples = site.isQuick ? QUICK_SAMPLES : SAMPLES;
  const times: Times[] = [];
  let requests = 0;
  for (const delayMs of DELAYS_MS) {
    proxy.always({ delayMs });
    const run = await scenario.begin(origin);
    for (let round = 0; round < WARM_UP; round++) await run();
    const took: number[] = [];
    requests = await site.harness.requestsOf(async () => {
      for (let sample = 0; sample < samples; sample++) {
        const startedMs = performance.now();
        await run();
        took.push(performance.now() - startedMs);
      }
    });
    took.sort((a, b) => a - b);
    const at = (share: number) => took[Math.floor(share * (took.length - 1))] ?? Number.NaN;
    times.push({ delayMs, medianMs: at(0.5), p95Ms: at(0.95) });
  }
  proxy.always(null);
  return { scenario: scenario.says, requests: requests / samples, times };
}

function distanceTable(rows: readonly Row[]): string {
  return table(
    ["median (95th percentile)", "requests to Redis", ...DELAYS_MS.map((ms) => `${ms} ms away`)],
    rows.map(({ scenario, requests, times }) => [
      scenario,
      requests.toFixed(2).replace(/\.?0+$/, ""),
      ...times.map(({ medianMs, p95Ms }) => `${medianMs.toFixed(0)} ms (${p95Ms.toFixed(0)})`),
    ]),
  );
}
