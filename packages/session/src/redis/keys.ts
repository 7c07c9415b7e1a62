import type { SessionId } from "../session-id.ts";

/** What is limited: sign-ins to an account and from an address, confirmations of a session, and what an address begins. */
export type LimitKind = "sign-in-name" | "sign-in-address" | "confirm" | "begin";

/** Names of all keys in Redis. The namespace is a prefix, empty by default. */
export function redisKeys(namespace: string) {
  return {
    /** One session, a JSON string, always with a TTL. */
    session: (id: SessionId) => `${namespace}session:${id}`,
    /** The IDs of one user's sessions, a sorted set by their absolute end, always with a TTL. */
    userSessions: (userId: string) => `${namespace}user-sessions:${userId}`,
    /** One account, a JSON string, without a TTL. */
    account: (name: string) => `${namespace}account:${name}`,
    /** One token bucket, the time at which it is full, always with a TTL of a minute at most. */
    limit: (kind: LimitKind, of: string) => `${namespace}limit:${kind}:${of}`,
  };
}

export type RedisKeys = ReturnType<typeof redisKeys>;
