import { z } from "zod/mini";
import { type Account, type AccountStore, accountSchema } from "@/lib/account/account";
import { logEvent } from "@/lib/log";
import { StoreUnavailable } from "@/lib/session/session-store";
import type { RedisWithin } from "./client";
import { evaluate } from "./evaluate";
import type { RedisKeys } from "./keys";
import { parseReply } from "./parse-reply";
import { changePasswordScript, deleteAccountScript } from "./scripts";

interface Options {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
}

const getReply = z.nullable(z.string());
const setReply = z.nullable(z.literal("OK"));

/** Accounts in Redis, one JSON string each, without a TTL. */
export function redisAccountStore({ redis, keys }: Options): AccountStore {
  return {
    async find(name) {
      const operation = "find account";
      try {
        const reply = await redis.run(operation, (client) => client.get<unknown>(keys.account(name)));
        const text = parseReply(operation, getReply, reply);
        return text === null ? null : parseAccount(text);
      } catch (error) {
        // A key of another type is no account, and no outage.
        if (error instanceof StoreUnavailable && error.reason === "WRONGTYPE") return unreadable();
        throw error;
      }
    },
    async create(account) {
      const operation = "create account";
      const text = JSON.stringify(account);
      const reply = await redis.run<unknown>(operation, (client) =>
        client.set(keys.account(account.name), text, { nx: true }),
      );
      return parseReply(operation, setReply, reply) !== null;
    },
    async changePassword({ name, passwordHash: before }, passwordHash) {
      const args = [before, passwordHash].map((hash) => field("passwordHash", hash));
      const { reply } = await evaluate(redis, {
        operation: "change password",
        script: changePasswordScript,
        key: keys.account(name),
        args,
        reply: z.number(),
      });
      return reply === 1;
    },
    async delete({ id, name, passwordHash }) {
      const { reply } = await evaluate(redis, {
        operation: "delete account",
        script: deleteAccountScript,
        key: keys.account(name),
        args: [field("id", id), field("passwordHash", passwordHash)],
        reply: z.number(),
      });
      return reply === 1;
    },
  };
}

/** A field as it stands in the account's JSON. */
function field(name: keyof Account, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function parseAccount(text: string): Account | null {
  try {
    return accountSchema.parse(JSON.parse(text));
  } catch {
    return unreadable();
  }
}

function unreadable(): null {
  logEvent("account-unreadable");
  return null;
}
