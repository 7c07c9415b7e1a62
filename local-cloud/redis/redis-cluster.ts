import { join } from "node:path";
import { poll } from "../processes/poll";
import { askRedis } from "./ask-redis";
import { parseClusterNodes } from "./cluster-nodes";
import { freeClusterPort } from "./cluster-port";
import { isWhole, joinCluster, replicaLink } from "./join-cluster";
import { type RedisServer, type RedisServerOptions, startRedis } from "./redis-server";

/** A Redis Cluster on this machine: three shards, each a primary and a replica that takes over. */
export type RedisCluster = {
  /** For the gateway. */
  readonly url: string;
  readonly servers: readonly RedisServer[];
  /** The server that is the primary of this key's shard, as the others see it. */
  primaryOf(key: string): Promise<RedisServer>;
  /** Kills it, as a crash would. Resolves at its end, to what was killed; the cluster has not noticed yet. */
  killPrimaryOf(key: string): Promise<RedisServer>;
  /** Resolves when a server that runs is the primary of this key's shard and the cluster is whole. */
  healed(key: string): Promise<void>;
  /** Resolves when all servers run and each primary has its replica in step: only then can one be replaced again. */
  inStep(): Promise<void>;
  /** Ends all. */
  stop(): Promise<void>;
};

export type RedisClusterOptions = Omit<RedisServerOptions, "port" | "settings"> & {
  /** After this time without an answer a server is held for dead. A shorter one makes a busy machine a dead one. */
  nodeTimeoutMs?: number;
  settings?: Readonly<Record<string, string>>;
};

const SHARDS = 3;

/** Starts six servers and makes a cluster of them. Resolves when all of them find it whole and the replicas are in step. */
export async function startRedisCluster(options: RedisClusterOptions): Promise<RedisCluster> {
  const { nodeTimeoutMs = 1_000, ...rest } = options;
  const settings = {
    "cluster-enabled": "yes",
    "cluster-config-file": "nodes.conf",
    "cluster-node-timeout": `${nodeTimeoutMs}`,
    "repl-diskless-sync-delay": "0",
    ...options.settings,
  };
  const servers: RedisServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (let i = 0; i < 2 * SHARDS; i++) {
      const dataDir = join(options.dataDir, `${i}`);
      servers.push(await startRedis({ ...rest, settings, dataDir, port: await freeClusterPort() }));
    }
    await joinCluster(servers, SHARDS);
  } catch (error) {
    await stop();
    throw error;
  }

  const primaryOf = async (key: string): Promise<RedisServer> => {
    const { url } = anyRunning(servers);
    const slot = Number(await askRedis(url, "CLUSTER", "KEYSLOT", key));
    const nodes = parseClusterNodes(String(await askRedis(url, "CLUSTER", "NODES")));
    const node = nodes.find(({ ranges }) => ranges.some(([first, last]) => first <= slot && slot <= last));
    const server = servers.find(({ port }) => port === node?.port);
    if (!server) throw new Error(`No server of the cluster has slot ${slot}.`);
    return server;
  };
  return {
    url: `redis+cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    servers,
    primaryOf,
    async killPrimaryOf(key) {
      const server = await primaryOf(key);
      await server.kill();
      return server;
    },
    healed: (key) =>
      poll("the cluster to be whole again", async () => {
        const { state } = await primaryOf(key);
        return state === "running" && (await isWhole(anyRunning(servers)));
      }),
    inStep: () =>
      poll("the replicas to be in step", async () => {
        const links = await Promise.all(servers.map(replicaLink));
        return links.filter((link) => link === "up").length === servers.length - SHARDS;
      }),
    stop,
  };
}

function anyRunning(servers: readonly RedisServer[]): RedisServer {
  const server = servers.find(({ state }) => state === "running");
  if (!server) throw new Error("No server of the cluster runs.");
  return server;
}
