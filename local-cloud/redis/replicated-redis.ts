import { join } from "node:path";
import { poll } from "../processes/poll";
import { askRedis, readFields } from "./ask-redis";
import { type RedisServer, type RedisServerOptions, startRedis } from "./redis-server";

/** A primary and its replica, whose places change. */
export type ReplicatedRedis = {
  /** Both, for the gateway: it uses whichever is the primary. */
  readonly url: string;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** Resolves when the replica has all that the primary has. */
  caughtUp(): Promise<void>;
  /** Makes the replica the primary (REPLICAOF NO ONE), whatever has become of the other. */
  promote(): Promise<void>;
  /** Starts what was the primary, if it is down, and makes it the replica. Resolves when it is in step. */
  rejoin(): Promise<void>;
  /** Ends both. */
  stop(): Promise<void>;
};

/** Starts both, each with a folder of its own in `dataDir`. Resolves when the replica is in step. */
export async function startReplicatedRedis(
  options: Omit<RedisServerOptions, "port" | "settings">,
): Promise<ReplicatedRedis> {
  // A primary waits 5 s before a first copy, lest more replicas come: https://redis.io/docs/latest/operate/oss_and_stack/management/replication
  const settings = { "repl-diskless-sync-delay": "0" };
  const start = (name: string) => startRedis({ ...options, settings, dataDir: join(options.dataDir, name) });
  const first = await start("a");
  const second = await start("b").catch(async (error: unknown) => {
    await first.kill();
    throw error;
  });
  let [primary, replica] = [first, second];

  const redis: ReplicatedRedis = {
    url: `redis://127.0.0.1:${first.port},127.0.0.1:${second.port}`,
    get primary() {
      return primary;
    },
    get replica() {
      return replica;
    },
    caughtUp: () =>
      poll("the replica to be in step", async () => {
        const [of, at] = await Promise.all([replicationOf(primary), replicationOf(replica)]);
        const isLinked = at.get("master_link_status") === "up";
        return isLinked && at.get("slave_repl_offset") === of.get("master_repl_offset");
      }),
    async promote() {
      await askRedis(replica.url, "REPLICAOF", "NO", "ONE");
      [primary, replica] = [replica, primary];
    },
    async rejoin() {
      await replica.start();
      await askRedis(replica.url, "REPLICAOF", "127.0.0.1", `${primary.port}`);
      await redis.caughtUp();
    },
    async stop() {
      await Promise.all([first.stop(), second.stop()]);
    },
  };
  try {
    await redis.rejoin();
  } catch (error) {
    await redis.stop();
    throw error;
  }
  return redis;
}

async function replicationOf({ url }: RedisServer): Promise<ReadonlyMap<string, string>> {
  return readFields(await askRedis(url, "INFO", "replication"));
}
