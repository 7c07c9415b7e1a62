import { oneAtATime } from "../redis/one-at-a-time.ts";
import { connectRedisNode, type RedisNode } from "../redis/redis-node.ts";
import { JSON_REPLIES } from "../redis/redis-reply.ts";
import { within } from "../redis/within.ts";
import { type ClusterShard, readClusterShards } from "./cluster-shards.ts";

export type ClusterTopology = {
  /** Resolves when the cluster has been asked for the first time, or could not be. */
  readonly attempted: Promise<void>;
  /** The primaries in the order of their slots, each once. */
  primaries(): RedisNode[];
  primaryOf(slot: number): RedisNode | undefined;
  /** One that can be reached, if there is one. */
  anyPrimary(): RedisNode | undefined;
  /** The server at `host:port`, also one that has not been heard of. */
  nodeAt(address: string): RedisNode;
  /** Asks the cluster now, and does not wait for the answer. */
  refresh(): void;
  close(limitMs: number): Promise<void>;
};

// Cheap, and the only way to hear that a server which hangs (and keeps its connections) has been replaced.
const ASK_EVERY_MS = 500;
const ASK_LIMIT_MS = 500;

/** Who holds which slots of a cluster, as its servers say. `seeds` are URLs; their user and password are for all servers. */
export function createClusterTopology(
  seeds: readonly string[],
  say: (line: string) => void,
): ClusterTopology {
  const nodes = new Map<string, RedisNode>();
  let shards: ClusterShard[] = [];
  let wasWhole = true;

  const nodeAt = (address: string): RedisNode => {
    const known = nodes.get(address);
    if (known) return known;
    const node = connectRedisNode(urlAt(seeds[0] ?? "", address), {
      onReady: () => void ask(),
      onLost: () => void ask(),
    });
    nodes.set(address, node);
    return node;
  };
  const ask = oneAtATime(async () => {
    for (const [address, node] of [...nodes]) {
      if (!node.isReady) continue;
      const [reply] = (await within(ASK_LIMIT_MS, node.send([["CLUSTER", "SLOTS"]], JSON_REPLIES))) ?? [];
      const found = readClusterShards(reply, hostOf(address));
      if (found.length === 0) continue;
      shards = found;
      break;
    }
    keepOnly(new Set([...seeds.map(addressOf), ...shards.flatMap((s) => [s.primary, ...s.replicas])]));
    const isWhole = shards.length > 0 && primaries().every(({ isReady }) => isReady);
    if (isWhole !== wasWhole) {
      say(
        isWhole ? "The Redis Cluster is whole again." : "The Redis Cluster lacks a primary; looking for one.",
      );
    }
    wasWhole = isWhole;
  });
  const keepOnly = (wanted: ReadonlySet<string>) => {
    for (const address of wanted) nodeAt(address);
    for (const [address, node] of [...nodes].filter(([address]) => !wanted.has(address))) {
      nodes.delete(address);
      void node.close(0);
    }
  };
  const refresh = () => void ask();
  const primaries = () => [...new Set(shards.map(({ primary }) => nodeAt(primary)))];

  for (const url of seeds) nodeAt(addressOf(url));
  const timer = setInterval(refresh, ASK_EVERY_MS);
  timer.unref();

  return {
    attempted: Promise.all([...nodes.values()].map(({ attempted }) => attempted)).then(async () => {
      await ask();
      for (const { attempted } of primaries()) await attempted;
    }),
    primaries,
    primaryOf(slot) {
      const shard = shards.find(({ first, last }) => first <= slot && slot <= last);
      return shard && nodeAt(shard.primary);
    },
    anyPrimary: () => primaries().find(({ isReady }) => isReady),
    nodeAt,
    refresh,
    async close(limitMs) {
      clearInterval(timer);
      await Promise.all([...nodes.values()].map((node) => node.close(limitMs)));
    },
  };
}

function addressOf(url: string): string {
  return `${hostnameOf(url)}:${new URL(url).port || 6379}`;
}

// CLUSTER SLOTS has IPv6 addresses without the brackets that a URL needs.
function hostnameOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}

function urlAt(seed: string, address: string): string {
  const url = new URL(seed);
  const host = hostOf(address);
  url.host = host.includes(":") ? `[${host}]${address.slice(host.length)}` : address;
  return url.href;
}
