import type { Env } from "../env.ts";
import { ActiveBacklog } from "../redis/active/active-backlog.ts";
import { ActiveIndex } from "../redis/active/active-index.ts";
import { type ActivePage, listActive, type SessionFilter } from "../redis/active/list-active.ts";
import type { RedisKeys } from "../redis/keys.ts";
import { redisSessionStore } from "../redis/redis-session-store.ts";
import { type RedisWithin, redisWithin } from "../redis/transport/deadline.ts";
import type { SessionId } from "../session-id.ts";
import type { SessionStore } from "../store.ts";
import {
  anonymousSession,
  type SessionData,
  sessionCodec,
  signedInSession,
} from "./contract/contract-session.ts";
import { ada, live, sessionInit } from "./contract/workbench.ts";

export const LIFETIME_SECONDS = 3600;

interface Options {
  /** The name of the server. */
  readonly server?: string;
  /** A way to Redis with what a test does to it. */
  readonly over?: (redis: RedisWithin) => RedisWithin;
}

/** For tests: a store with its index of active sessions, as one server has them. */
export function activeServer(
  env: Env,
  keys: RedisKeys,
  { server = "a", over = (redis) => redis }: Options = {},
) {
  // A server that has much to do between two requests: nothing waits longer than to the next one.
  let clockMs = 0;
  const backlog = new ActiveBacklog(() => (clockMs += 1_000));
  const activeOver = (redis: RedisWithin) => new ActiveIndex({ redis, keys, backlog, server });
  // Longer than an app would wait: a machine that is busy with other tests is no outage.
  const patient = { ...env, sessionDeadlineMs: 10_000 };
  const open = () => {
    const redis = over(redisWithin(patient, 60_000));
    const active = activeOver(redis);
    const redisAfterwards = () => redisWithin(patient, 60_000);
    const options = { redis, redisAfterwards, keys, codec: sessionCodec, lifetimeSeconds: LIFETIME_SECONDS };
    const sessions: SessionStore<SessionData> = redisSessionStore({ ...options, activeOver });
    return { redis, active, sessions };
  };
  return {
    /** What one request of the server has. */
    open,

    async begin(isSignedIn = false, more: { servedBy?: string; device?: string; idleSeconds?: number } = {}) {
      const init = { ...sessionInit, ...more };
      const draft = isSignedIn ? signedInSession(ada, null, init) : anonymousSession(init);
      return live(await open().sessions.create(draft));
    },

    end: (id: SessionId) => open().sessions.destroy(id),

    /** The IDs on all pages. */
    async pages(filter: SessionFilter = {}, limit = 50): Promise<(readonly SessionId[])[]> {
      const found: (readonly SessionId[])[] = [];
      let cursor: string | null = null;
      do {
        const page: ActivePage<SessionData> = await listActive(open(), filter, { cursor, limit });
        found.push(page.sessions.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor !== null);
      return found;
    },
  };
}

export type ActiveServer = ReturnType<typeof activeServer>;

/** Runs so many at once. */
export function many<T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => work(at)));
}
