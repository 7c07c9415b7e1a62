import type { RedisOutcome } from "../redis/redis-connection.ts";

/** A range of a cluster's slots and the addresses (`host:port`) of those that hold it. */
export type ClusterShard = { first: number; last: number; primary: string; replicas: string[] };

/**
 * CLUSTER SLOTS' reply: a list of `[first, last, [host, port, …] of the primary, … of each replica]`, in the order of
 * the slots. A server that does not know its own host leaves it out, and means the one it was asked at.
 * https://redis.io/docs/latest/commands/cluster-slots
 */
export function readClusterShards(reply: RedisOutcome | undefined, askedHost: string): ClusterShard[] {
  if (!Array.isArray(reply)) return [];
  const shards = reply.flatMap((range) => {
    if (!Array.isArray(range)) return [];
    const [first, last, ...holders] = range;
    const [primary, ...replicas] = holders.flatMap((holder) => {
      if (!Array.isArray(holder)) return [];
      const [host, port] = holder;
      return [`${host?.toString() || askedHost}:${port}`];
    });
    return primary ? [{ first: Number(first), last: Number(last), primary, replicas }] : [];
  });
  return shards.sort((a, b) => a.first - b.first);
}

/** `MOVED 3999 127.0.0.1:6381` and `ASK 3999 127.0.0.1:6381`: where a command has to go instead. */
export function readRedirect(
  outcome: RedisOutcome,
  askedHost: string,
): { isAsk: boolean; address: string } | undefined {
  if (!(outcome instanceof Error)) return undefined;
  const [, word, host, port] = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(outcome.message) ?? [];
  return word ? { isAsk: word === "ASK", address: `${host || askedHost}:${port}` } : undefined;
}
