import { join, resolve } from "node:path";
import { runToEnd } from "@/deploy/build/run-to-end";
import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import { freePort } from "@/local-cloud/processes/free-port";
import { poll } from "@/local-cloud/processes/poll";
import type { BenchSite } from "../bench-site";
import { type Burst, burst } from "../cost/burst";
import type { PartResult } from "../part";

// The token is there for as long as the run takes.
const TOKEN = "bench";
// Many and short: a machine that is slow for a while is slow for both.
const ROUNDS = 15;
const SECONDS = 2;
const BUILD_LIMIT_MS = 120_000;
const FORCE_AFTER_MS = 3_000;
/** What ours shall keep to, compared with the naive one. */
const LEAST_RATE = 1;
const MOST_CPU = 1.2;

const VALUE = "x".repeat(1_000);
const CASES = [
  { name: "one command", path: "/", body: ["GET", "session"] },
  {
    name: "a pipeline of ten",
    path: "/pipeline",
    body: Array.from({ length: 10 }, (_, i) => (i % 2 ? ["GET", "session"] : ["SET", `key:${i}`, "value"])),
  },
];

interface GatewayCase {
  readonly name: string;
  readonly naive: Burst;
  readonly ours: Burst;
  /** Ours over the naive one's, of the same round: the median, the lowest and the highest. */
  readonly rate: Spread;
  readonly cpu: Spread;
}

interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** The gateway and a naive one, with the same client on the same Redis, in turn, over 32 connections. */
export async function benchGateway({ harness, isQuick, say }: BenchSite): Promise<PartResult> {
  const { spawn } = harness.reaper;
  const redisUrl = harness.service.redis?.url ?? "";
  const start = async (command: (port: string) => [string, ...string[]]) => {
    const port = await freePort();
    const process = spawn(command(`${port}`), { env: { GATEWAY_TOKEN: TOKEN } });
    const url = `http://127.0.0.1:${port}`;
    const set = JSON.stringify(["SET", "session", VALUE]);
    await poll(`the gateway on ${url}`, () =>
      fetch(url, { method: "POST", headers: HEADERS, body: set }).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    return { url, pid: process.pid ?? 0, stop: () => process.end(FORCE_AFTER_MS) };
  };
  // As it is published: tsx would add to each call of an inner function.
  await runToEnd(
    spawn,
    [process.execPath, resolve("node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"],
    {
      cwd: "packages/rest-gateway",
      limitMs: BUILD_LIMIT_MS,
    },
  );
  const naive = await start((port) => [
    process.execPath,
    join(import.meta.dirname, "naive-gateway.mjs"),
    port,
    redisUrl,
  ]);
  const ours = await start((port) => [
    process.execPath,
    ...["packages/rest-gateway/dist/cli.js", "--port", port, "--redis-url", redisUrl],
  ]);
  const seconds = isQuick ? 1 : SECONDS;
  const found: GatewayCase[] = [];
  for (const { name, path, body } of CASES) {
    const ask = ({ url, pid }: typeof ours) =>
      burst(spawn, { url: url + path, pid, post: { body: JSON.stringify(body), headers: HEADERS } }, seconds);
    for (const gateway of [naive, ours]) await ask(gateway);
    const rounds: { naive: Burst; ours: Burst }[] = [];
    for (let round = 1; round <= (isQuick ? 1 : ROUNDS); round++) {
      say(`${name}: round ${round} ...`);
      rounds.push({ naive: await ask(naive), ours: await ask(ours) });
    }
    found.push({
      name,
      naive: medianOf(rounds.map((round) => round.naive)),
      ours: medianOf(rounds.map((round) => round.ours)),
      rate: spreadOf(rounds.map((round) => round.ours.perSecond / round.naive.perSecond)),
      cpu: spreadOf(rounds.map((round) => round.ours.cpuMicros / round.naive.cpuMicros)),
    });
  }
  await Promise.all([naive.stop(), ours.stop()]);
  return { tables: [gatewayTable(found)], figures: { gateway: found }, short: found.flatMap(shortOf) };
}

const HEADERS = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };

function medianOf(bursts: readonly Burst[]): Burst {
  return {
    perSecond: median(bursts.map(({ perSecond }) => perSecond)),
    cpuMicros: median(bursts.map(({ cpuMicros }) => cpuMicros)),
  };
}

function spreadOf(ratios: readonly number[]): Spread {
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

function gatewayTable(found: readonly GatewayCase[]): string {
  const spread = ({ median, low, high }: Spread) =>
    `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  return table(
    ["", "naive", "ours", "requests a second, ours over naive", "CPU a request, ours over naive"],
    found.map(({ name, naive, ours, rate, cpu }) => [
      name,
      `${naive.perSecond.toFixed(0)}/s, ${naive.cpuMicros.toFixed(0)} µs`,
      `${ours.perSecond.toFixed(0)}/s, ${ours.cpuMicros.toFixed(0)} µs`,
      spread(rate),
      spread(cpu),
    ]),
  );
}

function shortOf({ name, rate, cpu }: GatewayCase): string[] {
  return [
    ...(rate.median < LEAST_RATE ? [`${name}: ${rate.median.toFixed(2)} of the naive one's requests`] : []),
    ...(cpu.median > MOST_CPU ? [`${name}: ${cpu.median.toFixed(2)} of the naive one's CPU`] : []),
  ];
}
