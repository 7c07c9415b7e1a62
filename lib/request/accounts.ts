import type { Visit } from "@carryover/session/internal/next/visit";
import type { AccountStore } from "@/lib/account/account";
import { redisAccountStore } from "@/lib/redis/redis-account-store";

/** The accounts, within the visit's deadline. */
export function accountsOf({ redis, keys }: Visit): AccountStore {
  return redisAccountStore({ redis, keys });
}
