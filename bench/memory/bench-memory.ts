import { z } from "zod";
import { guestAt, newVisitor } from "@/deploy/check/visitor";
import { table } from "@/deploy/table";
import type { BenchSite } from "../bench-site";
import { load } from "../cost/burst";
import { cookieOf } from "../cost/cases";
import type { PartResult } from "../part";

/** An hour at 30 requests a second, without its pauses. */
const HOUR = 108_000;
const STEPS = 12;
/** More than one of them, so that what is remembered of each is seen to grow, if it does. */
const SESSIONS = 1_000;
const PATHS = ["/", "/cart", "/profile", "/api/session", "/api/cart", "/api/session?peek=1"];
/** Of the heap, from the end of the first step to the end of the last. */
const MAX_GROWTH_MB = 10;

const memoryReply = z.object({
  isCollected: z.literal(true),
  rss: z.number(),
  heapUsed: z.number(),
  external: z.number(),
});

interface Step {
  readonly requests: number;
  /** What is in use after the garbage was collected, and what the process has of the system, in MB. */
  readonly heapMb: number;
  readonly externalMb: number;
  readonly residentMb: number;
}

/** What a server holds after an hour's worth of requests, and whether it grows. */
export async function benchMemory({ serveOurs, harness, isQuick, say }: BenchSite): Promise<PartResult> {
  const server = await serveOurs({ NODE_OPTIONS: "--expose-gc" });
  const amount = isQuick ? 100 : HOUR / STEPS;
  const sessions: string[] = [];
  for (let guest = 0; guest < (isQuick ? 10 : SESSIONS); guest++)
    sessions.push(cookieOf((await guestAt(server.origin)).cookies));
  // Each path for each session, and every seventh time nobody's, but for the one that sends nobody away.
  const isNobodys = (path: string, turn: number) => turn % 7 === 0 && path !== "/profile";
  const requests = sessions.flatMap((cookie, at) =>
    PATHS.map((path, place) => ({ path, ...(!isNobodys(path, at + place) && { cookie }) })),
  );
  const steps: Step[] = [];
  for (let step = 1; step <= STEPS; step++) {
    say(`Step ${step} of ${STEPS} ...`);
    await load(harness.reaper.spawn, { url: server.origin, requests, amount });
    const answer = await newVisitor(server.origin).get("/api/bench/memory");
    const { heapUsed, external, rss } = memoryReply.parse(JSON.parse(answer.text));
    steps.push({
      requests: step * amount,
      heapMb: heapUsed / 1e6,
      externalMb: external / 1e6,
      residentMb: rss / 1e6,
    });
  }
  await server.stop();
  const growth = (steps.at(-1)?.heapMb ?? 0) - (steps[0]?.heapMb ?? 0);
  return {
    tables: [memoryTable(steps)],
    figures: { memory: steps, sessions: sessions.length },
    short: growth > MAX_GROWTH_MB ? [`The heap grew by ${growth.toFixed(1)} MB.`] : [],
  };
}

function memoryTable(steps: readonly Step[]): string {
  const mb = (value: number) => `${value.toFixed(1)} MB`;
  return table(
    ["requests", "heap in use", "buffers", "resident"],
    steps.map(({ requests, heapMb, externalMb, residentMb }) => [
      requests.toLocaleString("en"),
      ...[heapMb, externalMb, residentMb].map(mb),
    ]),
  );
}
