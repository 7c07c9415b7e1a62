import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { expressWriters, ourWriters, type Writers } from "./writers";

const WRITERS = [1, 10, 50, 100];
const ROUNDS = 10;

interface Contention {
  readonly store: string;
  readonly writers: number;
  /** Of the rounds: the fewest and the median of the changes that were there afterwards. */
  readonly kept: { readonly fewest: number; readonly median: number };
  /** How many writers got a confirmation: the median. */
  readonly confirmed: number;
  /** REST requests a change; null where the store speaks to Redis directly. */
  readonly requestsEach: number | null;
  /** Until the last one was answered: the median. */
  readonly ms: number;
}

/** Writers who all change one session at the same moment, on two servers of each kind, in turn. */
export async function benchContention(site: BenchSite): Promise<PartResult> {
  const ours = [await site.serveOurs(), await site.serveOurs()];
  const theirs = [await site.servePeer("express"), await site.servePeer("express")];
  const stores = [
    ourWriters(
      ours.map(({ origin }) => origin),
      site.harness.requestsOf,
    ),
    expressWriters(theirs.map(({ origin }) => origin)),
  ];
  const found: Contention[] = [];
  for (const writers of WRITERS) {
    const rounds = new Map<Writers, Awaited<ReturnType<Writers["race"]>>[]>(stores.map((each) => [each, []]));
    for (let round = 0; round < (site.isQuick ? 1 : ROUNDS); round++) {
      for (const store of stores) rounds.get(store)?.push(await store.race(writers));
    }
    for (const [{ name: store }, races] of rounds) {
      const kept = races.map((race) => race.kept);
      const requests = races.flatMap((race) => (race.requests === null ? [] : [race.requests / writers]));
      found.push({
        store,
        writers,
        kept: { fewest: Math.min(...kept), median: median(kept) },
        confirmed: median(races.map(({ confirmed }) => confirmed)),
        requestsEach: requests.length > 0 ? median(requests) : null,
        ms: median(races.map(({ ms }) => ms)),
      });
    }
  }
  await Promise.all([...ours, ...theirs].map(({ stop }) => stop()));
  return { tables: [contentionTable(found)], figures: { contention: found }, short: found.flatMap(shortOf) };
}

function contentionTable(found: readonly Contention[]): string {
  return table(
    ["", "writers", "kept (fewest)", "confirmed", "REST requests a change", "time"],
    found.map(({ store, writers, kept, confirmed, requestsEach, ms }) => [
      store,
      `${writers}`,
      `${kept.median} (${kept.fewest})`,
      `${confirmed}`,
      requestsEach?.toFixed(2) ?? "",
      `${ms.toFixed(0)} ms`,
    ]),
  );
}

/** Ours shall keep all that it says it kept, at no more than four requests a change. */
function shortOf({ requestsEach, writers, kept }: Contention): string[] {
  if (requestsEach === null) return [];
  return [
    ...(kept.fewest < writers ? [`${writers} writers: ${kept.fewest} kept`] : []),
    ...(requestsEach > 4 ? [`${writers} writers: ${requestsEach.toFixed(2)} requests a change`] : []),
  ];
}
