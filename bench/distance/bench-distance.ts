import { type FaultProxy, startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { poll } from "@/local-cloud/processes/poll";
import type { BenchServer, BenchSite } from "../bench-site";
import { serveEarlier } from "../earlier/serve-earlier";
import type { PartResult } from "../part";
import { distanceFigures, distanceTables, overGoal, type Row, type Sample } from "./distance-table";
import { type Scenario, scenarios } from "./scenarios";

const DELAYS_MS = [1, 20, 80];
const WARM_UP = 2;
/** Each time that it is a version's turn. An account takes the log-ins of one turn: more than 25 sessions of it would end the oldest. */
const SAMPLES = 15;
const QUICK_SAMPLES = 2;

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
  const samples = site.isQuick ? QUICK_SAMPLES : SAMPLES;
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    for (const delayMs of DELAYS_MS) {
      const turn = (version: Version) => measure(scenario, version, { delayMs, samples });
      // What changes on the machine meanwhile meets both.
      const [a, b, c, d] = [await turn(earlier), await turn(ours), await turn(ours), await turn(earlier)];
      rows.push({ scenario, delayMs, earlier: [...a, ...d], ours: [...b, ...c] });
    }
  }
  for (const { server, proxy } of [earlier, ours]) {
    await server.stop();
    await proxy.close();
  }
  return {
    tables: distanceTables(rows),
    figures: { samples: 2 * samples, rows: rows.map(distanceFigures) },
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

/** One after the other: to the last byte of the answer, a redirect not followed. Getting ready for it is neither far away nor timed. */
async function measure(
  scenario: Scenario,
  { server, proxy }: Version,
  { delayMs, samples }: { readonly delayMs: number; readonly samples: number },
): Promise<Sample[]> {
  const measured: Sample[] = [];
  const getReady = await scenario.begin(server.origin);
  for (let round = 0; round < WARM_UP + samples; round++) {
    const run = await getReady();
    // What a server does after its answer waits for nobody.
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
    if (round >= WARM_UP) measured.push(sample);
  }
  return measured;
}
