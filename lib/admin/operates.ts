import type { User } from "@carryover/session";
import { isOperator } from "@/lib/account/account";
import { type AccountsAt, readAccountOf, UNREADABLE } from "@/lib/account/read-account";

/**
 * Whether the user's account has the role now. One request to Redis; none for a guest, who has no account.
 *
 * @throws StoreUnavailable
 */
export async function operates(at: AccountsAt, user: User): Promise<boolean> {
  const account = await readAccountOf(at, user);
  return account !== null && account !== UNREADABLE && isOperator(account);
}
