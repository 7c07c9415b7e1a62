import { setTimeout as sleep } from "node:timers/promises";
import { guestAt, newVisitor, type Visitor } from "@/deploy/check/visitor";
import { table } from "@/deploy/table";
import { askRedis } from "@/local-cloud/redis/ask-redis";
import { readRedisNumbers } from "@/local-cloud/redis/redis-numbers";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";

const SECONDS = 60;
const QUICK_SECONDS = 5;
/** What the one address asks for in a second, on so many connections; to slow down what is faster is a proxy's affair. */
const RATE = 100;
const CLIENTS = 8;
/** What one address may begin in a minute. */
const BEGIN_LIMIT = 60;
/** With all of it under way, a signed-in page takes at most so many times its quiet 95th percentile. */
const MAX_RATIO = 3;

const FLOOD = "192.0.2.1";
const begins: readonly { path: string; fields: (at: number) => Record<string, string> }[] = [
  { path: "/api/cart/add", fields: () => ({ sku: "tote" }) },
  { path: "/api/guest", fields: () => ({}) },
  { path: "/api/register", fields: (at) => ({ username: `flood-${at}`, password: "correct horse battery" }) },
];

/** Over the limit, and, for a registration, no place in the hash queue. */
const REFUSALS = [429, 503];

/** One address begins sessions, guests and accounts, a hundred a second: what it gets, what Redis keeps, what others notice. */
export async function benchFlood({ serveOurs, harness, isQuick, say }: BenchSite): Promise<PartResult> {
  const url = harness.service.redis?.url ?? "";
  const server = await serveOurs({ BEGIN_LIMIT: String(BEGIN_LIMIT), SIGN_IN_LIMIT: "10" });
  const visitor = await guestAt(server.origin);
  const seconds = isQuick ? QUICK_SECONDS : SECONDS;
  await pagesFor(visitor, 2_000); // Warms it up.
  const quiet = await pagesFor(visitor, (seconds * 1_000) / 3);
  const before = await kept(url);

  say(`A flood of ${seconds} s ...`);
  const end = new AbortController();
  const flood = floodOf(server.origin, end.signal);
  const others = beginElsewhere(server.origin, end.signal);
  const busy = await pagesFor(visitor, seconds * 1_000);
  end.abort();
  const [asked, elsewhere] = [await flood, await others];
  const after = await kept(url);
  await server.stop();

  const figures = {
    seconds,
    ratePerSecond: RATE,
    clients: CLIENTS,
    beginLimit: BEGIN_LIMIT,
    ...asked,
    keys: after.keys - before.keys,
    bytes: after.bytes - before.bytes,
    elsewhere,
    quietP95Ms: quiet,
    busyP95Ms: busy,
    ratio: busy / quiet,
  };
  // As many as there are at once, and what comes back meanwhile.
  const most = BEGIN_LIMIT + Math.ceil((seconds * BEGIN_LIMIT) / 60) + 1;
  const short = [
    asked.begun > most && `One address began ${asked.begun} in ${seconds} s, and not ${most}.`,
    asked.otherwise > 0 && `${asked.otherwise} were answered neither with success nor with 429 or 503.`,
    elsewhere.served < elsewhere.asked &&
      `Of ${elsewhere.asked} visitors elsewhere ${elsewhere.served} were served.`,
    figures.ratio > MAX_RATIO &&
      `A page took ${figures.ratio.toFixed(2)} times as long, and not ${MAX_RATIO}.`,
  ];
  return {
    tables: [
      table(
        [
          "asked",
          "begun",
          "refused",
          "keys more",
          "bytes more",
          "page, quiet p95",
          "p95",
          "elsewhere served",
        ],
        [
          [
            ...[asked.asked, asked.begun, asked.refused, figures.keys, figures.bytes].map(String),
            ...[quiet, busy].map((ms) => `${ms.toFixed(1)} ms`),
            `${elsewhere.served} of ${elsewhere.asked}`,
          ],
        ],
      ),
    ],
    figures,
    short: short.filter((sentence) => sentence !== false),
  };
}

/** What became of all that one address asked for until it was refused. */
async function floodOf(origin: string, signal: AbortSignal) {
  const counts = { asked: 0, begun: 0, refused: 0, otherwise: 0 };
  const startedMs = performance.now();
  const client = async () => {
    while (!signal.aborted) {
      const at = counts.asked++;
      const earlyMs = startedMs + (at * 1_000) / RATE - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
      const { path, fields } = begins[at % begins.length] ?? { path: "/", fields: () => ({}) };
      const answer = await fetch(origin + path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": FLOOD },
        body: JSON.stringify(fields(at)),
      });
      await answer.arrayBuffer();
      counts[answer.ok ? "begun" : REFUSALS.includes(answer.status) ? "refused" : "otherwise"]++;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return counts;
}

/** A new visitor from an address of their own after the other, each with something for the cart. */
async function beginElsewhere(origin: string, signal: AbortSignal) {
  const counts = { asked: 0, served: 0 };
  while (!signal.aborted && counts.asked < 250) {
    const headers = { "x-forwarded-for": `198.51.100.${++counts.asked}` };
    const { status } = await newVisitor(origin).send("/api/cart/add", { sku: "tote" }, headers);
    if (status === 303) counts.served++;
  }
  return counts;
}

/** The 95th percentile of a page that is asked for again and again for so long, one after the other. */
async function pagesFor(visitor: Visitor, forMs: number): Promise<number> {
  const times: number[] = [];
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs) {
    const startedMs = performance.now();
    const { status } = await visitor.get("/cart");
    if (status !== 200) throw new Error(`The page answered ${status}.`);
    times.push(performance.now() - startedMs);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(times.length * 0.95)] ?? Number.NaN;
}

async function kept(url: string) {
  const bytes = (await readRedisNumbers(url, 5_000))?.memoryBytes ?? Number.NaN;
  return { keys: Number(await askRedis(url, "DBSIZE")), bytes };
}
