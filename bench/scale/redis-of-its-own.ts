import { rmSync } from "node:fs";
import { join } from "node:path";
import { createClient } from "redis";
import { WORK_FOLDER } from "@/deploy/build/build-host";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { findRedis } from "@/local-cloud/redis/find-redis";
import { startRedis } from "@/local-cloud/redis/redis-server";
import type { Commands } from "./session-template";

const AT_ONCE = 2_000;

/** An empty Redis with an append-only file, and a quick way to fill it. */
export async function redisOfItsOwn(spawn: Spawn, name: string) {
  const dataDir = join(WORK_FOLDER, "scale", name);
  rmSync(dataDir, { recursive: true, force: true });
  const binary = await findRedis({ toolsDir: ".demo/tools", say: console.log });
  const server = await startRedis({ binary, dataDir, appendOnly: true, spawn });
  const client = await createClient({ url: server.url }).connect();
  return {
    server,
    client,
    dataDir,
    /** Sends what is made for each number from 0 on, in batches. */
    async fill(count: number, make: () => Commands) {
      for (let done = 0; done < count; done += AT_ONCE) {
        const commands = Array.from({ length: Math.min(AT_ONCE, count - done) }, make).flat();
        await Promise.all(commands.map((command) => client.sendCommand([...command])));
      }
    },
    async close() {
      client.destroy();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
