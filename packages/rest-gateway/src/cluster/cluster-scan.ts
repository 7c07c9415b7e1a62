import type { RedisCommand, RedisOutcome } from "../redis/redis-connection.ts";

// One primary after the other, in the order of their slots. A cursor is the shard's own, times this, plus the shard's
// place: nothing has to be remembered between two calls, and a replica that took over has the same place.
const PLACES = 1_000n;

type Shard = { send(command: RedisCommand): Promise<RedisOutcome> };

/** SCAN over all primaries. As ever with SCAN, a key that is there all the time comes at least once. */
export async function scanCluster(
  [name = "SCAN", cursor = "", ...options]: RedisCommand,
  shards: readonly Shard[],
): Promise<RedisOutcome> {
  const text = cursor.toString();
  const given = /^\d+$/.test(text) ? BigInt(text) : 0n;
  const place = Number(given % PLACES);
  const shard = shards[place];
  if (!shard) return [Buffer.from("0"), []];
  const outcome = await shard.send([name, /^\d+$/.test(text) ? `${given / PLACES}` : cursor, ...options]);
  if (!Array.isArray(outcome)) return outcome;
  const [next = null, keys = null] = outcome;
  return [Buffer.from(`${nextCursor(BigInt(String(next)), place, shards.length)}`), keys];
}

function nextCursor(next: bigint, place: number, shards: number): bigint {
  if (next > 0n) return next * PLACES + BigInt(place);
  return place + 1 < shards ? BigInt(place + 1) : 0n;
}
