// The door `@carryover/session/redis`: the store without Next, and what an app's own data needs to travel with it.

export { createSessionCodec } from "./codec.ts";
export { type Env, EnvError, parseEnv, parseVariables, readEnv } from "./env.ts";
export { type RedisKeys, redisKeys } from "./redis/keys.ts";
export { takeToken } from "./redis/rate-limit.ts";
export { redisSessionStore } from "./redis/redis-session-store.ts";
export { evaluate } from "./redis/run-script.ts";
export { type RedisWithin, redisWithin } from "./redis/transport/deadline.ts";
export type { InspectedSession, LiveSession, NoSession, SessionStore } from "./store.ts";
