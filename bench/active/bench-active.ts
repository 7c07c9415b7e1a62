import { randomUUID } from "node:crypto";
import { listActive } from "@carryover/session/internal/redis/active/list-active";
import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import { anonymousSession, signedInSession } from "@/lib/test-session";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { SESSION_INIT } from "../scale/session-template";
import { type FilledIndex, fillIndex } from "./filled-index";
import { handlerPair } from "./handler-pairs";

const SIZES = [1_000, 100_000, 1_000_000];
const QUICK_SIZES = [100, 1_000];
const ROUNDS = 7;
const TIMES = 10;
const PAIRS = 150;
const MAX_BYTES = 100;
/** With the index, of what it takes without. */
const MAX_COST = 1.1;
/** Among the most sessions, of what it takes among the fewest. */
const MAX_GROWTH = 1.2;

interface Measured {
  readonly sessions: number;
  readonly bytesEach: number;
  readonly countMicros: number;
  readonly pageMicros: number;
  /** A page of 50 from the middle. */
  readonly innerPageMicros: number;
  /** A call whose filter finds nothing. */
  readonly filteredMicros: number;
}

/** A begin and an end of a session, with its entry and without. */
interface Pair {
  readonly what: string;
  /** As a browser asks for it; not at the store alone. */
  readonly isWhole: boolean;
  readonly micros: number;
  readonly withoutMicros: number;
}

/** The index of active sessions: what an entry takes, what a begin and an end take with it, and what grows with the number of sessions. */
export async function benchActive(site: BenchSite): Promise<PartResult> {
  const places: FilledIndex[] = [];
  for (const sessions of site.isQuick ? QUICK_SIZES : SIZES) {
    site.say(`Filling a Redis with ${sessions} sessions and their entries ...`);
    places.push(await fillIndex(site.harness.reaper.spawn, sessions));
  }
  const timed = async (times: number, run: (place: FilledIndex) => Promise<unknown>) => {
    const [medians] = await inTurn(places, times, [run]);
    return (place: FilledIndex) => medians?.get(place) ?? Number.NaN;
  };
  const count = await timed(TIMES, (place) => place.open().active.count());
  const page = await timed(TIMES, (place) => listActive(place.open(), {}, {}));
  const innerPage = await timed(TIMES, (place) => listActive(place.open(), {}, { cursor: "8.0" }));
  const filtered = await timed(3, (place) => listActive(place.open(), { server: "nowhere" }, {}));
  const found = places.map((place) => ({
    sessions: place.sessions,
    bytesEach: place.bytesEach,
    countMicros: count(place),
    pageMicros: page(place),
    innerPageMicros: innerPage(place),
    filteredMicros: filtered(place),
  }));
  const pairs = await pairsAt(places.at(-1));
  await Promise.all(places.map((place) => place.stop()));
  return {
    tables: [activeTable(found), pairTable(pairs)],
    figures: { active: found, pairs },
    short: shortcomings(found, pairs),
  };
}

/** Begins and ends among the most sessions, with an entry and without in turn. */
async function pairsAt(place: FilledIndex | undefined): Promise<Pair[]> {
  if (!place) return [];
  // biome-ignore lint/style/noProcessEnv: for the handlers, which read the environment of their process once.
  Object.assign(process.env, place.variables);
  const [whole, wholeWithout] = [handlerPair(true), handlerPair(false)];
  const kinds = [
    { what: "a visitor's", isWhole: true, run: [whole(false), wholeWithout(false)] },
    { what: "a user's", isWhole: true, run: [whole(true), wholeWithout(true)] },
    { what: "a visitor's, at the store", run: [beginAndEnd(false, true), beginAndEnd(false, false)] },
    { what: "a user's, at the store", run: [beginAndEnd(true, true), beginAndEnd(true, false)] },
  ];
  const pairs: Pair[] = [];
  for (const { what, isWhole = false, run } of kinds) {
    const [micros, withoutMicros] = (await inTurn([place], PAIRS, run)).map((medians) => medians.get(place));
    pairs.push({ what, isWhole, micros: micros ?? Number.NaN, withoutMicros: withoutMicros ?? Number.NaN });
  }
  return pairs;
}

function shortcomings(found: readonly Measured[], pairs: readonly Pair[]): string[] {
  const [fewest, most] = [found[0], found.at(-1)];
  const short = [
    ...found
      .filter(({ bytesEach }) => bytesEach > MAX_BYTES)
      .map(({ sessions, bytesEach }) => `an entry among ${sessions}: ${bytesEach.toFixed(1)} bytes`),
    ...pairs
      .filter(({ isWhole, micros, withoutMicros }) => isWhole && micros > MAX_COST * withoutMicros)
      .map((pair) => `${pair.what} begin and end: ${ratioOf(pair)} of what they take without`),
  ];
  for (const name of ["countMicros", "pageMicros", "innerPageMicros"] as const) {
    const growth = (most?.[name] ?? 0) / (fewest?.[name] ?? 1);
    if (growth > MAX_GROWTH) short.push(`${name}: ${growth.toFixed(2)} of what it takes among the fewest`);
  }
  return short;
}

/** As the engine does it, without anything around it. */
const beginAndEnd = (isSignedIn: boolean, hasIndex: boolean) => async (place: FilledIndex) => {
  const user = isSignedIn ? { id: randomUUID(), name: "ada" } : null;
  const draft = user ? signedInSession(user, null, SESSION_INIT) : anonymousSession(SESSION_INIT);
  const begun = await place.open(hasIndex).sessions.create(draft);
  if (begun.state === "live") await place.open(hasIndex).sessions.destroy(begun.id);
};

/**
 * Round after round, place after place, and in each place one operation after the other, time by time: of the medians of the
 * rounds the median, in µs, by operation. The first round warms up.
 */
async function inTurn(
  places: readonly FilledIndex[],
  times: number,
  operations: readonly ((place: FilledIndex) => Promise<unknown>)[],
): Promise<ReadonlyMap<FilledIndex, number>[]> {
  const rounds = operations.map(() => new Map<FilledIndex, number[]>(places.map((place) => [place, []])));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const place of places) {
      const took = operations.map((): number[] => []);
      for (let time = 0; time < times; time++) {
        for (const [at, run] of operations.entries()) {
          const startedMs = performance.now();
          await run(place);
          took[at]?.push((performance.now() - startedMs) * 1_000);
        }
      }
      if (round > 0) for (const [at, each] of took.entries()) rounds[at]?.get(place)?.push(median(each));
    }
  }
  return rounds.map((each) => new Map(Array.from(each, ([place, medians]) => [place, median(medians)])));
}

const ms = (micros: number) => `${(micros / 1_000).toFixed(2)} ms`;
const ratioOf = ({ micros, withoutMicros }: Pair) => (micros / withoutMicros).toFixed(2);

function activeTable(found: readonly Measured[]): string {
  return table(
    ["sessions", "bytes an entry", "count", "page of 50", "from the middle", "a filter that finds none"],
    found.map((each) => [
      each.sessions.toLocaleString("en"),
      each.bytesEach.toFixed(1),
      ms(each.countMicros),
      ms(each.pageMicros),
      ms(each.innerPageMicros),
      ms(each.filteredMicros),
    ]),
  );
}

function pairTable(pairs: readonly Pair[]): string {
  return table(
    ["begin and end", "with an entry", "without", "ratio"],
    pairs.map((pair) => [pair.what, ms(pair.micros), ms(pair.withoutMicros), ratioOf(pair)]),
  );
}
