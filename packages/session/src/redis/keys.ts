import type { SessionId } from "../session-id.ts";

/** Names of all keys in Redis. The namespace is a prefix, empty by default. */
export function redisKeys(namespace: string) {
  return {
    /** One session, a JSON string, always with a TTL. */
    session: (id: SessionId) => `${namespace}session:${id}`,
    /** The IDs of one user's sessions, a sorted set by their absolute end, always with a TTL. */
    userSessions: (userId: string) => `${namespace}user-sessions:${userId}`,
    /** A part of the index of active sessions, a hash, always with a TTL. `0` to `f`. */
    activeSessions: (shard: string) => `${namespace}active-sessions:${shard}`,
    /** What began and ended in the last hour, a hash, with a TTL of an hour. */
    activity: () => `${namespace}active-sessions:last-hour`,
    /** One token bucket, the time at which it is full, always with a TTL of a minute at most. */
    limit: (kind: string, of: string) => `${namespace}limit:${kind}:${of}`,
    /** A key of the app's own, beside those of the sessions. */
    own: (kind: string, name: string) => `${namespace}${kind}:${name}`,
  };
}

export type RedisKeys = ReturnType<typeof redisKeys>;
