import type { ShopContext } from "@/lib/session";
import type { AccountStore } from "./account";
import { redisAccountStore } from "./redis-account-store";

/** The accounts, within the request's deadline. */
export function accountsOf({ redis, keys }: Pick<ShopContext, "redis" | "keys">): AccountStore {
  return redisAccountStore({ redis, keys });
}
