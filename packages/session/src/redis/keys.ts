import type { SessionId } from "../session-id.ts";

/** Names of all keys in Redis. The namespace is a prefix, empty by default. */
export function redisKeys(namespace: string) {
  return {
    /** One session, a JSON string, always with a TTL. */
    session: (id: SessionId) => `${namespace}session:${id}`,
    /** The IDs of one user's sessions, a sorted set by their absolute end, always with a TTL. */
    userSessions: (userId: string) => `${namespace}user-sessions:${userId}`,
    /** One account, a JSON string, without a TTL. */
    account: (name: string) => `${namespace}account:${name}`,
    /** What `@upstash/ratelimit` counts under this prefix, one key a name or address, always with a TTL. */
    limit: (kind: "account" | "address") => `${namespace}limit:${kind}`,
  };
}

export type RedisKeys = ReturnType<typeof redisKeys>;
