import { type Account, type AccountStore, accountSchema } from "@/lib/account/account";
import { logEvent } from "@/lib/log";
import type { RedisWithin } from "./client";
import type { RedisKeys } from "./keys";

interface Options {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
}

/** Accounts in Redis, one JSON string each, without a TTL. */
export function redisAccountStore({ redis, keys }: Options): AccountStore {
  return {
    async find(name) {
      const text = await redis.run("find account", (client) => client.get<string>(keys.account(name)));
      return text === null ? null : parseAccount(text);
    },
    async create(account) {
      const text = JSON.stringify(account);
      const done = await redis.run("create account", (client) =>
        client.set(keys.account(account.name), text, { nx: true }),
      );
      return done !== null;
    },
  };
}

function parseAccount(text: string): Account | null {
  try {
    return accountSchema.parse(JSON.parse(text));
  } catch {
    logEvent("account-unreadable");
    return null;
  }
}
