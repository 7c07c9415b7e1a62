import { setMaxListeners } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { guestAt, type Visitor } from "@/deploy/check/visitor";
import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";

const CLIENTS = 60;
const ROUNDS = 5;
const SECONDS = 6;
/** With all of it under way, a signed-in page takes at most so many times its quiet 95th percentile. */
const MAX_RATIO = 3;

const memoryReply = z.object({ rss: z.number() });

interface Measured {
  readonly pages: number;
  readonly p95Ms: number;
  readonly residentMb: number;
}

type Load = (origin: string, signal: AbortSignal) => Promise<readonly number[]>;

/** What one who is signed in waits for a page while sixty others have their passwords hashed, or send half of a body. */
export async function benchHashes({ serveOurs, isQuick, say }: BenchSite): Promise<PartResult> {
  const server = await serveOurs({ NODE_OPTIONS: "--expose-gc" });
  const visitor = await guestAt(server.origin);
  const seconds = isQuick ? 1 : SECONDS;
  const loads: Readonly<Record<string, Load>> = {
    "sixty log-ins": logIns,
    "sixty half-sent bodies": halfBodies,
  };
  const rounds = Object.keys(loads).map((name) => ({
    name,
    quiet: [] as Measured[],
    busy: [] as Measured[],
    statuses: [] as number[],
  }));
  await pagesFor(visitor, seconds); // Warms it up.
  for (let round = 1; round <= (isQuick ? 1 : ROUNDS); round++) {
    say(`Round ${round} ...`);
    for (const { name, quiet, busy, statuses } of rounds) {
      quiet.push(await pagesFor(visitor, seconds));
      const end = new AbortController();
      setMaxListeners(CLIENTS, end.signal);
      const load = loads[name]?.(server.origin, end.signal);
      busy.push(await pagesFor(visitor, seconds));
      end.abort();
      statuses.push(...((await load) ?? []));
    }
  }
  await server.stop();
  const results = rounds.map(({ name, quiet, busy, statuses }) => ({
    load: name,
    quietP95Ms: median(quiet.map(({ p95Ms }) => p95Ms)),
    busyP95Ms: median(busy.map(({ p95Ms }) => p95Ms)),
    // Each beside the quiet one right before it, so that a slow machine is slow for both.
    ratio: median(busy.map(({ p95Ms }, at) => p95Ms / (quiet[at]?.p95Ms ?? Number.NaN))),
    quietResidentMb: Math.max(...quiet.map(({ residentMb }) => residentMb)),
    busyResidentMb: Math.max(...busy.map(({ residentMb }) => residentMb)),
    pages: busy.reduce((sum, { pages }) => sum + pages, 0),
    hashed: statuses.filter((status) => status === 401).length,
    refused: statuses.filter((status) => status === 503).length,
  }));
  return {
    tables: [
      table(
        ["under way", "page, quiet p95", "p95", "ratio", "resident, quiet", "resident", "hashed", "refused"],
        results.map((each) => [
          each.load,
          ...[each.quietP95Ms, each.busyP95Ms].map((ms) => `${ms.toFixed(1)} ms`),
          each.ratio.toFixed(2),
          ...[each.quietResidentMb, each.busyResidentMb].map((mb) => `${mb.toFixed(0)} MB`),
          ...[each.hashed, each.refused].map(String),
        ]),
      ),
    ],
    figures: { clients: CLIENTS, seconds, results },
    short: results
      .filter(({ ratio }) => ratio > MAX_RATIO)
      .map(
        ({ load, ratio }) =>
          `With ${load} a page took ${ratio.toFixed(2)} times as long, and not ${MAX_RATIO}.`,
      ),
  };
}

/** Asks for a page again and again for so long, one after the other. */
async function pagesFor(visitor: Visitor, seconds: number): Promise<Measured> {
  const times: number[] = [];
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    const startedMs = performance.now();
    const { status } = await visitor.get("/cart");
    if (status !== 200) throw new Error(`The page answered ${status}.`);
    times.push(performance.now() - startedMs);
  }
  times.sort((one, other) => one - other);
  const { rss } = memoryReply.parse(JSON.parse((await visitor.get("/api/bench/memory")).text));
  return {
    pages: times.length,
    p95Ms: times[Math.floor(times.length * 0.95)] ?? Number.NaN,
    residentMb: rss / 1e6,
  };
}

/** Sixty clients log in again and again, each from an address of its own; a client that gets a Retry-After comes back in
 * the second after that. */
async function logIns(origin: string, signal: AbortSignal): Promise<readonly number[]> {
  const statuses: number[] = [];
  const client = async (number: number) => {
    const headers = { "content-type": "application/json", "x-forwarded-for": `192.0.2.${number}` };
    const body = JSON.stringify({ username: `nobody-${number}`, password: "wrong horse battery" });
    while (!signal.aborted) {
      // A server may close a connection that is kept just as it is used again.
      const answer = await fetch(`${origin}/api/login`, { method: "POST", headers, body }).catch(() => null);
      if (!answer) continue;
      await answer.text();
      statuses.push(answer.status);
      const seconds = Number(answer.headers.get("retry-after") ?? 0);
      // Not all of them at the same moment.
      const pauseMs = seconds * 1000 * (1 + Math.random());
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number + 1)));
  return statuses;
}

/** Sixty connections that have sent half of a log-in, and nothing more until the end. */
async function halfBodies(origin: string, signal: AbortSignal): Promise<readonly number[]> {
  const { hostname, port } = new URL(origin);
  const body = Buffer.alloc(16_000, "a");
  const head = [
    "POST /api/login HTTP/1.1",
    `Host: ${hostname}:${port}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ];
  const sockets = Array.from({ length: CLIENTS }, (): Socket => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    socket.write(body.subarray(0, body.length / 2));
    return socket;
  });
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  for (const socket of sockets) socket.destroy();
  return [];
}
