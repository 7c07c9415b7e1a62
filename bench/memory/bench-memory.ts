import { table } from "@/deploy/table";
import type { BenchSite } from "../bench-site";
import { load } from "../cost/burst";
import { cookieOf } from "../cost/cases";
import type { PartResult } from "../part";
import { guests } from "./guests";
import { type ProcessMemory, processMemory } from "./process-memory";
import { seenTable, sessionsSeen, tooMuch } from "./sessions-seen";

/** An hour at 30 requests a second, without its pauses. */
const HOUR = 108_000;
const STEPS = 12;
/** More than one of them, so that what is remembered of each is seen to grow, if it does. */
const SESSIONS = 1_000;
const PATHS = ["/", "/cart", "/profile", "/api/session", "/api/cart", "/api/session?peek=1"];
/** Of the heap, from the end of the first step to the end of the last. */
const MAX_GROWTH_MB = 10;

interface Step extends ProcessMemory {
  readonly requests: number;
}

/** What a server holds after an hour's worth of requests and of ten thousand sessions, and whether it grows. */
export async function benchMemory(site: BenchSite): Promise<PartResult> {
  const steps = await hourOfRequests(site);
  const seen = await sessionsSeen(site);
  const growth = (steps.at(-1)?.heapMb ?? 0) - (steps[0]?.heapMb ?? 0);
  return {
    tables: [memoryTable(steps), seenTable(seen)],
    figures: { memory: steps, sessions: SESSIONS, seen },
    short: [
      ...(growth > MAX_GROWTH_MB ? [`The heap grew by ${growth.toFixed(1)} MB.`] : []),
      ...tooMuch(seen),
    ],
  };
}

async function hourOfRequests({ serveOurs, harness, isQuick, say }: BenchSite): Promise<Step[]> {
  const { origin, stop } = await serveOurs({ NODE_OPTIONS: "--expose-gc" });
  const amount = isQuick ? 100 : HOUR / STEPS;
  const visitors = await guests(origin, isQuick ? 10 : SESSIONS);
  // Each path for each session, and every seventh time nobody's, but for the one that sends nobody away.
  const isNobodys = (path: string, turn: number) => turn % 7 === 0 && path !== "/profile";
  const requests = visitors.flatMap(({ cookies }, at) =>
    PATHS.map((path, place) => ({
      path,
      ...(!isNobodys(path, at + place) && { cookie: cookieOf(cookies) }),
    })),
  );
  const steps: Step[] = [];
  for (let step = 1; step <= STEPS; step++) {
    say(`Step ${step} of ${STEPS} ...`);
    await load(harness.reaper.spawn, { url: origin, requests, amount });
    steps.push({ requests: step * amount, ...(await processMemory(origin)) });
  }
  await stop();
  return steps;
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
