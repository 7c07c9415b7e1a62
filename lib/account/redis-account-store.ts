import { StoreUnavailable, type User } from "@carryover/session";
import { evaluate } from "@carryover/session/redis";
import { z } from "zod/mini";
import { server } from "@/lib/session";
import { type Account, type AccountStore, isDisabled, signInVersionOf } from "./account";
import {
  changePasswordScript,
  createAccountScript,
  deleteAccountScript,
  replaceAccountScript,
} from "./account-scripts";
import { type AccountsAt, readAccount, readAccountOf, UNREADABLE, type Unreadable } from "./read-account";

const createReply = z.enum(["created", "taken"]);

/** An account changes by its owner's hand and the operator's: who comes second that often has met a fault. */
const MAX_ATTEMPTS = 5;

/** Accounts in Redis, one JSON string each, without a TTL. */
export function redisAccountStore({ redis, keys }: AccountsAt): AccountStore {
  const findText = async (name: string) => readable(await readAccount({ redis, keys }, name));

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
export function accountsOf({ redis, keys }: AccountsAt): AccountStore {
  return redisAccountStore({ redis, keys });
}

/** As `readAccountOf`; an account that cannot be read is none. */
export async function accountOf(context: AccountsAt, user: User): Promise<Account | null> {
  return readable(await readAccountOf(context, user));
}

/** A field as it stands in the account's JSON. */
function field(name: keyof Account, value: string): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** What cannot be read is no account, and the operator's log says that it is there. */
function readable<T>(found: T | Unreadable): T | null {
  if (found !== UNREADABLE) return found;
  server.log("account-unreadable");
  return null;
}
