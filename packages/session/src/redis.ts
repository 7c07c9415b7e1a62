// Entry point `@carryover/session/redis`: the store without Next, and what an app's own data needs to travel with it.

export { parseVariables } from "./env.ts";
export { createRedisStore, type RedisStoreOptions } from "./redis/create-redis-store.ts";
export type { RedisKeys } from "./redis/keys.ts";
export { takeToken } from "./redis/rate-limit.ts";
export { evaluate } from "./redis/scripts/run-script.ts";
export type { RedisWithin } from "./redis/transport/deadline.ts";
export type { LiveSession, NoSession, SessionStore } from "./store.ts";
