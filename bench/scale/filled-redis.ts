import { randomBytes } from "node:crypto";
import { startRestGateway } from "@carryover/rest-gateway";
import { type Env, parseEnv } from "@carryover/session/internal/env";
import type { SessionId } from "@carryover/session/internal/session-id";
import { folderBytes } from "@/deploy/hosts/file-sizes";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { redisOfItsOwn } from "./redis-of-its-own";
import { draw, ourList, ourSession } from "./session-template";

/** A Redis that holds this many of our sessions, each with its user's list, and a gateway before it. */
export interface FilledRedis {
  readonly sessions: number;
  readonly env: Env;
  /** One of them, by chance. */
  someId(): SessionId;
  keyBytes(key: string): Promise<number>;
  /** What Redis itself spent on a script since it was started: the mean, in µs, by its own account. */
  scriptMicros(): Promise<number>;
  /** Of the append-only file, with the snapshot that it begins with. */
  fileBytes(): number;
  /** Stops and starts it: from the start to the first answer, with all that it held. */
  restartMs(): Promise<number>;
  stop(): Promise<void>;
}

const KEPT_IDS = 5_000;

export async function fillRedis(spawn: Spawn, sessions: number): Promise<FilledRedis> {
  const redis = await redisOfItsOwn(spawn, `${sessions}`);
  const ids: SessionId[] = [];
  const keepEvery = Math.max(1, Math.floor(sessions / KEPT_IDS));
  let made = 0;
  await redis.fill(sessions, () => {
    const drawn = draw(Date.now());
    const { id, set } = ourSession(drawn);
    if (made++ % keepEvery === 0) ids.push(id);
    return [set, ...ourList(drawn, id)];
  });
  const token = randomBytes(16).toString("hex");
  const gateway = await startRestGateway({ port: 0, token, redisUrl: redis.server.url });
  return {
    sessions,
    env: parseEnv({
      UPSTASH_REDIS_REST_URL: gateway.url,
      UPSTASH_REDIS_REST_TOKEN: token,
      SESSION_SECRET: randomBytes(32).toString("hex"),
    }),
    someId() {
      const id = ids[Math.floor(Math.random() * ids.length)];
      if (!id) throw new Error("There are no sessions.");
      return id;
    },
    keyBytes: async (key) => Number(await redis.client.sendCommand(["MEMORY", "USAGE", key, "SAMPLES", "0"])),
    async scriptMicros() {
      const stats = String(await redis.client.sendCommand(["INFO", "commandstats"]));
      return Number(/cmdstat_evalsha:.*usec_per_call=([\d.]+)/.exec(stats)?.[1]);
    },
    fileBytes: () => folderBytes(redis.dataDir),
    async restartMs() {
      await gateway.close();
      redis.client.destroy();
      await redis.server.stop();
      const startedMs = performance.now();
      await redis.server.start();
      const ms = performance.now() - startedMs;
      await redis.client.connect();
      const kept = Number(await redis.client.sendCommand(["DBSIZE"]));
      if (kept < 2 * sessions) throw new Error(`Only ${kept} keys of ${sessions} sessions came back.`);
      return ms;
    },
    stop: redis.close,
  };
}
