// The door `@carryover/session/redis`: the store without Next.

export { type Env, EnvError, parseEnv, readEnv } from "./env.ts";
export { redisKeys } from "./redis/keys.ts";
export { redisSessionStore } from "./redis/redis-session-store.ts";
export { redisWithin } from "./redis/transport/client.ts";
export { createSessionCodec, type SessionCodec } from "./session-codec.ts";
