import type { Visitor } from "@/deploy/check/visitor";
import { table } from "@/deploy/table";
import type { BenchSite } from "../bench-site";
import { load } from "../cost/burst";
import { cookieOf } from "../cost/cases";
import { guests, inParallel } from "./guests";
import { inUseMb, processMemory } from "./process-memory";

/** As many sessions as a server is to have seen, and as many again to see whether it forgets the first. */
const SEEN = 10_000;
/** A page, which the middleware opens the session for, and a handler, which opens it itself. */
const PATHS = ["/cart", "/api/session"];
/** What a server may hold for what it remembers of so many. */
const MAX_SEEN_MB = 20;
/** What the same number of further sessions may add, since they take the place of the first. */
const MAX_FURTHER_MB = 5;
const WARM_UP_ROUNDS = 40;

/** What something adds to a server's memory: heap and buffers, after the garbage was collected. */
export interface AddedMemory {
  readonly after: string;
  readonly addedMb: number;
  /** `null`: it is not known what would be right. */
  readonly mostMb: number | null;
}

/** What a server holds of many sessions that it has seen, of as many again, and of those that it has seen end. */
export async function sessionsSeen({ serveOurs, harness, isQuick, say }: BenchSite): Promise<AddedMemory[]> {
  const { origin, stop } = await serveOurs({ NODE_OPTIONS: "--expose-gc" });
  const amount = isQuick ? 50 : SEEN;
  const view = async (visitors: readonly Visitor[]) => {
    const cookies = visitors.map((visitor) => cookieOf(visitor.cookies));
    const requests = cookies.flatMap((cookie) => PATHS.map((path) => ({ path, cookie })));
    await load(harness.reaper.spawn, { url: origin, requests, amount: requests.length });
  };
  const measure = async () => inUseMb(await processMemory(origin));

  // What any server holds is there after many requests of a few.
  const few = await guests(origin, 64);
  for (let round = 0; round < (isQuick ? 1 : WARM_UP_ROUNDS); round++) await view(few);
  const baseMb = await measure();

  say(`${amount} sessions ...`);
  await view(await guests(origin, amount));
  const seenMb = await measure();

  say("As many again ...");
  const others = await guests(origin, amount);
  await view(others);
  const furtherMb = await measure();

  say("Their ends ...");
  await inParallel(others, async (visitor) => {
    await visitor.send("/api/logout");
  });
  const endedMb = await measure();
  await stop();

  const n = amount.toLocaleString("en");
  return [
    { after: `${n} sessions seen`, addedMb: seenMb - baseMb, mostMb: MAX_SEEN_MB },
    { after: `${n} more`, addedMb: furtherMb - seenMb, mostMb: MAX_FURTHER_MB },
    { after: `the log-out of the latter`, addedMb: endedMb - furtherMb, mostMb: null },
  ];
}

export function seenTable(rows: readonly AddedMemory[]): string {
  return table(
    ["after", "added", "at most"],
    rows.map(({ after, addedMb, mostMb }) => [
      after,
      `${addedMb.toFixed(1)} MB`,
      mostMb === null ? "" : `${mostMb} MB`,
    ]),
  );
}

/** What is more than it may be, a sentence each. */
export function tooMuch(rows: readonly AddedMemory[]): string[] {
  return rows.flatMap(({ after, addedMb, mostMb }) =>
    mostMb !== null && addedMb > mostMb ? [`${after}: ${addedMb.toFixed(1)} MB, and not ${mostMb}.`] : [],
  );
}
