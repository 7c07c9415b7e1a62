import { StoreUnavailable, type User } from "@carryover/session";
import type { RedisKeys, RedisWithin } from "@carryover/session/redis";
import { z } from "zod/mini";
import { type Account, accountSchema, isGuest } from "./account";

// How an account is read. The middleware loads this, and nothing of what creates or changes one.

/** The way to Redis of one request. */
export interface AccountsAt {
  readonly redis: RedisWithin;
  readonly keys: RedisKeys;
}

/** What stands where an account should, and is none. */
export const UNREADABLE = "unreadable";
export type Unreadable = typeof UNREADABLE;

const getReply = z.nullable(z.string());

/** The account of this name, and its text as it stands. One request to Redis. @throws StoreUnavailable */
export async function readAccount(
  { redis, keys }: AccountsAt,
  name: string,
): Promise<{ readonly text: string; readonly account: Account } | Unreadable | null> {
  const operation = "find account";
  try {
    const reply = await redis.run(operation, (client) => client.get<unknown>(keys.own("account", name)));
    const { data: text } = getReply.safeParse(reply);
    if (text === undefined) throw new StoreUnavailable(operation, "unexpected reply");
    if (text === null) return null;
    const account = parseAccount(text);
    return account ? { text, account } : UNREADABLE;
  } catch (error) {
    // A key of another type is no account, and no outage.
    if (error instanceof StoreUnavailable && error.reason === "WRONGTYPE") return UNREADABLE;
    throw error;
  }
}

/** The account of this very user: its name may be another's by now. One request to Redis; none for a guest, who has none. */
export async function readAccountOf(
  at: AccountsAt,
  { id, name }: User,
): Promise<Account | Unreadable | null> {
  const found = isGuest({ name }) ? null : await readAccount(at, name);
  if (found === null || found === UNREADABLE) return found;
  return found.account.id === id ? found.account : null;
}

function parseAccount(text: string): Account | null {
  try {
    return accountSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
