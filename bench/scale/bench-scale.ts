import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { median } from "@/deploy/median";
import { table } from "@/deploy/table";
import { sessionCodec, signedInSession } from "@/lib/test-session";
import type { BenchSite } from "../bench-site";
import type { PartResult } from "../part";
import { bytesTable, measureBytes } from "./bytes-each";
import { type FilledRedis, fillRedis } from "./filled-redis";
import { SESSION_INIT } from "./session-template";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const QUICK_SIZES = [100, 1_000];
const ROUNDS = 9;
const OPENS = 200;
const LISTS = 20;
const USER_SESSIONS = 25;
/** What `open` may take among the most sessions, of what it takes among the fewest. */
const MAX_GROWTH = 1.1;

interface Scale {
  readonly sessions: number;
  readonly openMicros: number;
  /** Of that, what Redis' own core was busy for. */
  readonly engineMicros: number;
  /** A user's sessions, all {@link USER_SESSIONS} of them. */
  readonly listMicros: number;
  readonly listBytes: number;
  readonly fileBytes: number;
  readonly restartMs: number;
}

/** What grows with the number of sessions, from a thousand to a million: each number in a Redis of its own, measured in turn. */
export async function benchScale(site: BenchSite): Promise<PartResult> {
  const sizes = site.isQuick ? QUICK_SIZES : SIZES;
  const places: FilledRedis[] = [];
  for (const sessions of sizes) {
    site.say(`Filling a Redis with ${sessions} sessions ...`);
    places.push(await fillRedis(site.harness.reaper.spawn, sessions));
  }
  const openMicros = await inTurn(places, OPENS, (place) => storeOf(place).open(place.someId()));
  const engineMicros = await Promise.all(places.map((place) => place.scriptMicros()));
  const userId = "a-user-with-many";
  for (const place of places) await beginMany(place, userId);
  const listMicros = await inTurn(places, LISTS, (place) => storeOf(place).list(userId));
  const found: Scale[] = [];
  for (const [at, place] of places.entries()) {
    found.push({
      sessions: place.sessions,
      openMicros: openMicros.get(place) ?? Number.NaN,
      engineMicros: engineMicros[at] ?? Number.NaN,
      listMicros: listMicros.get(place) ?? Number.NaN,
      listBytes: await place.keyBytes(redisKeys("").userSessions(userId)),
      fileBytes: place.fileBytes(),
      restartMs: await place.restartMs(),
    });
  }
  await Promise.all(places.map((place) => place.stop()));
  const bytes = await measureBytes(site.harness.reaper.spawn, site.isQuick ? 1_000 : 100_000);
  const growth = (found.at(-1)?.openMicros ?? 0) / (found[0]?.openMicros ?? 1);
  const [ours, theirs] = [bytes.Carryover, bytes["connect-redis"]];
  return {
    tables: [scaleTable(found), bytesTable(bytes)],
    figures: { scale: found, bytesEach: bytes },
    short: [
      ...(growth > MAX_GROWTH ? [`open: ${growth.toFixed(2)} of what it takes among the fewest`] : []),
      ...(ours && theirs && ours > theirs ? [`a session: ${ours} bytes, and connect-redis ${theirs}`] : []),
    ],
  };
}

function storeOf({ env }: FilledRedis) {
  return redisSessionStore({
    redis: redisWithin(env),
    keys: redisKeys(""),
    codec: sessionCodec,
    lifetimeSeconds: env.sessionLifetimeSeconds,
  });
}

async function beginMany(place: FilledRedis, id: string): Promise<void> {
  for (let sessions = 0; sessions < USER_SESSIONS; sessions++)
    await storeOf(place).begin(signedInSession({ id, name: id }, null, SESSION_INIT));
}

/** Round after round, place after place: of the medians of the rounds the median, in µs. The first round warms up. */
async function inTurn(
  places: readonly FilledRedis[],
  times: number,
  run: (place: FilledRedis) => Promise<unknown>,
): Promise<ReadonlyMap<FilledRedis, number>> {
  const rounds = new Map<FilledRedis, number[]>(places.map((place) => [place, []]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const place of places) {
      const took: number[] = [];
      for (let time = 0; time < times; time++) {
        const startedMs = performance.now();
        await run(place);
        took.push((performance.now() - startedMs) * 1_000);
      }
      if (round > 0) rounds.get(place)?.push(median(took));
    }
  }
  return new Map(Array.from(rounds, ([place, medians]) => [place, median(medians)]));
}

function scaleTable(found: readonly Scale[]): string {
  const fewest = found[0]?.openMicros ?? Number.NaN;
  return table(
    [
      "sessions",
      "open",
      "of the fewest",
      "in Redis itself",
      "list 25 of a user",
      "the list's bytes",
      "append-only file",
      "restart",
    ],
    found.map(({ sessions, openMicros, engineMicros, listMicros, listBytes, fileBytes, restartMs }) => [
      sessions.toLocaleString("en"),
      `${openMicros.toFixed(0)} µs`,
      (openMicros / fewest).toFixed(2),
      `${engineMicros.toFixed(1)} µs`,
      `${(listMicros / 1_000).toFixed(1)} ms`,
      `${listBytes}`,
      `${(fileBytes / 1e6).toFixed(1)} MB`,
      `${(restartMs / 1_000).toFixed(2)} s`,
    ]),
  );
}
