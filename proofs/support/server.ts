import type { Env } from "@carryover/session/internal/env";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { redisSessionStore } from "@carryover/session/internal/redis/redis-session-store";
import { seenSessions } from "@carryover/session/internal/redis/seen-sessions";
import { redisWithin } from "@carryover/session/internal/redis/transport/deadline";
import { createSessionWriter } from "@carryover/session/internal/redis/update-queue";
import type { SessionData } from "@/lib/session-definition";
import type { SessionStore } from "@/lib/test-session";
import { sessionCodec } from "@/lib/test-session";

/** A server of the app, as far as its sessions go: a client, a queue, a memory and a name for its writes of its own. */
export interface Server {
  readonly name: string;
  /** The store as one HTTP request has it, with a deadline of its own. */
  store(): SessionStore;
}

export function createServer(name: string, env: Env, codec = sessionCodec): Server {
  // Clients are shared within a process by their environment: a copy has a client of its own.
  const own = { ...env };
  const writer = createSessionWriter<SessionData>();
  const seen = seenSessions();
  const keys = redisKeys(own.sessionNamespace);
  return {
    name,
    store: () =>
      redisSessionStore({
        redis: redisWithin(own),
        keys,
        lifetimeSeconds: own.sessionLifetimeSeconds,
        codec,
        writer,
        seen,
      }),
  };
}

/** Three servers on the keys of one namespace. */
export function createServers(env: Env, namespace: string): readonly [Server, Server, Server] {
  const own = { ...env, sessionNamespace: namespace };
  return [createServer("a", own), createServer("b", own), createServer("c", own)];
}

/** One of them, by chance. */
export function anyOf<T>(several: readonly [T, ...T[]]): T {
  return several[Math.floor(Math.random() * several.length)] ?? several[0];
}
