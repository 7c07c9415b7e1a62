import { poll } from "../processes/poll";
import { askRedis, readFields } from "./ask-redis";
import { parseClusterNodes } from "./cluster-nodes";
import type { RedisServer } from "./redis-server";

const SLOTS = 16_384;

/**
 * Makes a cluster of empty servers in cluster mode: the first `shards` as primaries, the others as their replicas in
 * turn. By Redis' own commands and not by redis-cli, which not every package of the server brings.
 * Resolves when all of them find the cluster whole and the replicas are in step.
 */
export async function joinCluster(servers: readonly RedisServer[], shards: number): Promise<void> {
  const primaries = servers.slice(0, shards);
  const replicas = servers.slice(shards);
  await Promise.all(
    primaries.map(async ({ url }, shard) => {
      const first = Math.ceil((SLOTS * shard) / shards);
      const end = Math.ceil((SLOTS * (shard + 1)) / shards);
      const slots = Array.from({ length: end - first }, (_, i) => `${first + i}`);
      await askRedis(url, "CLUSTER", "ADDSLOTS", ...slots);
      // Each its own, as redis-cli does: with one for all, they would have to settle that among themselves.
      await askRedis(url, "CLUSTER", "SET-CONFIG-EPOCH", `${shard + 1}`);
    }),
  );
  const [meeting, ...others] = servers;
  if (!meeting) return;
  for (const { port } of others) await askRedis(meeting.url, "CLUSTER", "MEET", "127.0.0.1", `${port}`);
  await poll("the servers to know each other", async () => {
    const known = await Promise.all(servers.map(knownNodes));
    return known.every((count) => count === servers.length);
  });
  const ids = await Promise.all(primaries.map(({ url }) => askRedis(url, "CLUSTER", "MYID")));
  await Promise.all(
    replicas.map(({ url }, i) => askRedis(url, "CLUSTER", "REPLICATE", String(ids[i % shards]))),
  );
  await poll("the cluster to be whole", async () => (await Promise.all(servers.map(isWhole))).every(Boolean));
  await poll("the replicas to be in step", async () => {
    const links = await Promise.all(replicas.map(replicaLink));
    return links.every((link) => link === "up");
  });
  // A primary can be replaced only once all have heard who its replicas are.
  await poll("all to know the replicas", async () => {
    const counts = await Promise.all(servers.map(knownReplicas));
    return counts.every((count) => count === replicas.length);
  });
}

/** Whether a server finds that the cluster serves all slots. */
export async function isWhole({ url }: RedisServer): Promise<boolean> {
  return readFields(await askRedis(url, "CLUSTER", "INFO")).get("cluster_state") === "ok";
}

async function knownNodes({ url }: RedisServer): Promise<number> {
  return Number(readFields(await askRedis(url, "CLUSTER", "INFO")).get("cluster_known_nodes"));
}

async function knownReplicas({ url }: RedisServer): Promise<number> {
  const nodes = parseClusterNodes(String(await askRedis(url, "CLUSTER", "NODES")));
  return nodes.filter(({ isPrimary }) => !isPrimary).length;
}

/** "up" or "down" for a replica, undefined for a primary. */
export async function replicaLink({ url }: RedisServer): Promise<string | undefined> {
  return readFields(await askRedis(url, "INFO", "replication")).get("master_link_status");
}
