import type { RestGateway } from "@carryover/rest-gateway";
import { z } from "zod/mini";
import { type Env, parseEnv } from "../env.ts";
import { redisKeys } from "../redis/keys.ts";
import { redisSessionStore } from "../redis/redis-session-store.ts";
import { redisWithin } from "../redis/transport/deadline.ts";
import { createSessionWriter } from "../redis/update-queue.ts";
import { sessionCodec } from "./contract/contract-session.ts";
import type { StoreUnderTest } from "./session-store.contract.ts";
import { testVariables } from "./test-env.ts";

const keys = redisKeys("test:");
const answers = z.array(z.object({ result: z.unknown() }));

/** For tests: session stores on whatever Redis is behind this gateway, and a way to look at it past them. */
export function storeOnGateway({ gateway, token }: { gateway: RestGateway; token: string }): StoreUnderTest {
  const env: Env = parseEnv(testVariables(gateway.url, token));

  async function ask(...commands: string[][]): Promise<unknown[]> {
    const response = await fetch(`${gateway.url}/pipeline`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(commands),
    });
    return answers.parse(await response.json()).map(({ result }) => result);
  }

  return {
    // As another server has it: with a client and a queue of its own.
    store: ({ lifetimeSeconds = 3600 } = {}) =>
      redisSessionStore({
        // Longer than an app would wait: a machine that is busy with other tests is no outage.
        redis: redisWithin({ ...env, sessionDeadlineMs: 5_000 }, 60_000),
        keys,
        codec: sessionCodec,
        lifetimeSeconds,
        writer: createSessionWriter(),
      }),
    requests: () => gateway.requests,
    async kept(id) {
      const key = keys.session(id);
      const [text, ttlMs] = await ask(["GET", key], ["PTTL", key]);
      return typeof text === "string" && typeof ttlMs === "number" ? { text, ttlMs } : null;
    },
    async plant(id, text) {
      await ask(["SET", keys.session(id), text, "EX", "60"]);
    },
    async plantOtherType(id) {
      await ask(["HSET", keys.session(id), "field", "value"]);
    },
  };
}

export function sessionKey(id: Parameters<typeof keys.session>[0]): string {
  return keys.session(id);
}
