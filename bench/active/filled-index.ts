import { createHash, randomBytes } from "node:crypto";
import { startRestGateway } from "@carryover/rest-gateway";
import { parseEnv } from "@carryover/session/internal/env";
import { ActiveBacklog } from "@carryover/session/internal/redis/active/active-backlog";
import { ActiveIndex, SHARDS } from "@carryover/session/internal/redis/active/active-index";
import { activeAddScript } from "@carryover/session/internal/redis/active/active-scripts";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { seenSessions } from "@carryover/session/internal/redis/seen-sessions";
import { type RedisWithin, redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { createSessionWriter } from "@carryover/session/internal/redis/update-queue";
import type { SessionId } from "@carryover/session/internal/session-id";
import { sessionCodec } from "@/lib/test-session";
import type { Spawn } from "@/local-cloud/processes/owned-process";
import { redisOfItsOwn } from "../scale/redis-of-its-own";
import { draw, ourSession } from "../scale/session-template";

const LIFETIME_SECONDS = 604_800;
const AT_ONCE = 2_000;
const keys = redisKeys("");

/** A Redis with this many sessions and their entries in the index, and a gateway before it. */
export async function fillIndex(spawn: Spawn, sessions: number) {
  const redis = await redisOfItsOwn(spawn, `active-${sessions}`);
  const memory = async () => {
    const shards = await Promise.all(
      SHARDS.map((shard) =>
        redis.client.sendCommand(["MEMORY", "USAGE", keys.activeSessions(shard), "SAMPLES", "0"]),
      ),
    );
    return shards.reduce((sum: number, each) => sum + Number(each), 0);
  };
  const ids: SessionId[] = [];
  await redis.fill(sessions, () => {
    const { id, set } = ourSession(draw(Date.now()));
    ids.push(id);
    return [set];
  });
  // By the very script that the engine sends.
  const hash = String(await redis.client.sendCommand(["SCRIPT", "LOAD", activeAddScript]));
  const lifetime = String(LIFETIME_SECONDS * 1000);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const add = async (id: SessionId) => {
      // As `sessionHandle`, a million times in a row.
      const handle = createHash("sha256").update(id).digest("hex");
      const key = keys.activeSessions(handle.slice(0, 1));
      await redis.client.sendCommand(["EVALSHA", hash, "1", key, handle.slice(1, 4), id, "users", lifetime]);
    };
    await Promise.all(ids.slice(at, at + AT_ONCE).map(add));
  }
  const bytesEach = (await memory()) / sessions;
  const token = randomBytes(16).toString("hex");
  const gateway = await startRestGateway({ port: 0, token, redisUrl: redis.server.url });
  const variables = {
    UPSTASH_REDIS_REST_URL: gateway.url,
    UPSTASH_REDIS_REST_TOKEN: token,
    // A Redis that has just been filled writes its file for a while.
    SESSION_DEADLINE_MS: "30000",
    SESSION_SECRET: randomBytes(32).toString("hex"),
    BEGIN_LIMIT: "1000000",
  };
  const env = parseEnv(variables);
  const [backlog, writer, seen] = [new ActiveBacklog(), createSessionWriter(), seenSessions()];
  const activeOver = (redis: RedisWithin) => new ActiveIndex({ redis, keys, backlog, server: "a" });
  return {
    sessions,
    bytesEach,
    variables,
    /** What one request of a server has. */
    open(hasIndex = true) {
      const within = redisWithin(env);
      const store = {
        redis: within,
        keys,
        codec: sessionCodec,
        lifetimeSeconds: LIFETIME_SECONDS,
        writer,
        seen,
      };
      return {
        active: activeOver(within),
        sessions: redisSessionStore({ ...store, ...(hasIndex && { activeOver }) }),
      };
    },

    async stop() {
      await gateway.close();
      await redis.close();
    },
  };
}

export type FilledIndex = Awaited<ReturnType<typeof fillIndex>>;
