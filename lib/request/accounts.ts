import type { AccountStore } from "@/lib/account/account";
import { redisAccountStore } from "@/lib/redis/redis-account-store";
import type { Visit } from "@/lib/visit";

/** The accounts, within the visit's deadline. */
export function accountsOf({ redis, keys }: Visit): AccountStore {
  return redisAccountStore({ redis, keys });
}
