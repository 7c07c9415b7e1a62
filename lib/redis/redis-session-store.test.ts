import { createClient } from "redis";
import { afterAll, beforeAll } from "vitest";
import { type Env, parseEnv } from "@/lib/env";
import type { SessionId } from "@/lib/session/session-id";
import { describeSessionStore } from "@/lib/session/session-store.contract";
import { startTestGateway, type TestGateway } from "@/local-cloud/test-gateway";
import { redisWithin } from "./client";
import { redisKeys } from "./keys";
import { redisSessionStore } from "./redis-session-store";

const keys = redisKeys("test:");
let cloud: TestGateway;
let env: Env;
let direct: ReturnType<typeof createClient>;

beforeAll(async () => {
  cloud = await startTestGateway();
  env = parseEnv({
    UPSTASH_REDIS_REST_URL: cloud.url,
    UPSTASH_REDIS_REST_TOKEN: cloud.token,
    SESSION_SECRET: "a secret for the tests of the session store",
  });
  direct = createClient({ url: cloud.redis.url });
  await direct.connect();
});

afterAll(async () => {
  await direct?.close();
  await cloud?.stop();
});

describeSessionStore("Redis over REST", () => ({
  store: ({ lifetimeSeconds = 3600 } = {}) =>
    redisSessionStore({ redis: redisWithin(env, 60_000), keys, lifetimeSeconds }),
  requests: () => cloud.gateway.requests,
  async kept(id: SessionId) {
    const text = await direct.get(keys.session(id));
    return text === null ? null : { text, ttlMs: await direct.pTTL(keys.session(id)) };
  },
  async plant(id, text) {
    await direct.set(keys.session(id), text, { expiration: { type: "EX", value: 60 } });
  },
  async plantOtherType(id) {
    await direct.hSet(keys.session(id), "field", "value");
  },
}));
