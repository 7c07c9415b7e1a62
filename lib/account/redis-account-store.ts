import { StoreUnavailable, type User } from "@carryover/session";
import { evaluate, type RedisKeys, type RedisWithin } from "@carryover/session/redis";
import { z } from "zod/mini";
import { type ShopContext, server } from "@/lib/session";
import {
  type Account,
  type AccountStore,
  accountSchema,
  isDisabled,
  isGuest,
  signInVersionOf,
} from "./account";
import {
  changePasswordScript,
  createAccountScript,
  deleteAccountScript,
  replaceAccountScript,
} from "./account-scripts";

interface Options {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
}

const getReply = z.nullable(z.string());
const createReply = z.enum(["created", "taken"]);

/** An account changes by its owner's hand and the operator's: who comes second that often has met a fault. */
const MAX_ATTEMPTS = 5;

/** Accounts in Redis, one JSON string each, without a TTL. */
export function redisAccountStore({ redis, keys }: Options): AccountStore {
  /** The account and its text as it stands. */
  async function findText(name: string): Promise<{ text: string; account: Account } | null> {
    const operation = "find account";
    try {
      const reply = await redis.run(operation, (client) => client.get<unknown>(keys.own("account", name)));
      const { data: text } = getReply.safeParse(reply);
      if (text === undefined) throw new StoreUnavailable(operation, "unexpected reply");
      const account = text === null ? null : parseAccount(text);
      return text === null || account === null ? null : { text, account };
    } catch (error) {
      // A key of another type is no account, and no outage.
      if (error instanceof StoreUnavailable && error.reason === "WRONGTYPE") return unreadable();
      throw error;
    }
  }

  /** Changes an account as it is found, again where somebody was faster; one that stays the same is not written. */
  async function edit(
    operation: string,
    name: string,
    change: (account: Account) => Account,
  ): Promise<Account | null> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const found = await findText(name);
      const account = found && change(found.account);
      if (!account || account === found.account) return account;
      const { reply } = await evaluate(redis, {
        operation,
        script: replaceAccountScript,
        key: keys.own("account", name),
        args: [found.text, JSON.stringify(account)],
        reply: z.number(),
      });
      if (reply === 1) return account;
    }
    throw new StoreUnavailable(operation, "contention");
  }

  return {
    async find(name) {
      return (await findText(name))?.account ?? null;
    },
    async create(account) {
      const { reply } = await evaluate(redis, {
        operation: "create account",
        script: createAccountScript,
        key: keys.own("account", account.name),
        args: [JSON.stringify(account)],
        reply: createReply,
      });
      return reply === "created";
    },
    async changePassword({ name, passwordHash: before }, passwordHash) {
      const args = [before, passwordHash].map((hash) => field("passwordHash", hash));
      const { reply } = await evaluate(redis, {
        operation: "change password",
        script: changePasswordScript,
        key: keys.own("account", name),
        args,
        reply: z.number(),
      });
      return reply === 1;
    },
    async delete({ id, name, passwordHash }) {
      const { reply } = await evaluate(redis, {
        operation: "delete account",
        script: deleteAccountScript,
        key: keys.own("account", name),
        args: [field("id", id), field("passwordHash", passwordHash)],
        reply: z.number(),
      });
      return reply === 1;
    },
    setDisabled(name, disabledAt) {
      return edit("disable account", name, (account) => {
        if ((disabledAt !== null) === isDisabled(account)) return account;
        const { disabledAt: _, ...enabled } = account;
        if (disabledAt === null) return enabled;
        return { ...enabled, disabledAt, signInVersion: signInVersionOf(enabled) + 1 };
      });
    },
    setRole(name, role) {
      return edit("change role", name, (account) => {
        if (account.role === (role ?? undefined)) return account;
        const { role: _, ...plain } = account;
        return role === null ? plain : { ...plain, role };
      });
    },
  };
}

/** The accounts, within the request's deadline. */
export function accountsOf({ redis, keys }: Pick<ShopContext, "redis" | "keys">): AccountStore {
  return redisAccountStore({ redis, keys });
}

/** The account of this very user: its name may be another's by now. One request to Redis; none for a guest, who has none. */
export async function accountOf(
  context: Pick<ShopContext, "redis" | "keys">,
  { id, name }: User,
): Promise<Account | null> {
  if (isGuest({ name })) return null;
  const account = await accountsOf(context).find(name);
  return account?.id === id ? account : null;
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
  server.log("account-unreadable");
  return null;
}
