import type { SignedInSession } from "@carryover/session";
import type { ShopContext, ShopSession } from "@/lib/session";
import { shopProblem } from "@/lib/shop-problem";
import { isGuest } from "./account";
import { checkPassword } from "./check-password";
import { accountToConfirm, signedInUser } from "./confirm-password";
import { accountsOf } from "./redis-account-store";

/**
 * Deletes the account of the signed-in user, then ends their sessions on every device. The account first: from then on
 * nobody signs in to it, and a sign-in that was under way finds no place to begin. Whoever was cut off between the two may
 * ask again. A guest has no account: their sessions are all there is of them.
 *
 * Six requests to Redis with the session's own; a guest's four.
 *
 * @throws Problem `sign-in`, `confirm` without a password, `bad-credentials` with a wrong one: then everything is as it was
 */
export async function deleteAccount(
  session: ShopSession,
  context: ShopContext,
  password: string,
): Promise<void> {
  const current = await signedInUser(session);
  if (!isGuest(current.user)) await removeAccount(context, current, password);
  await session.revokeAll({ reason: "account-deleted", forGood: true });
}

async function removeAccount(
  context: ShopContext,
  current: SignedInSession,
  password: string,
): Promise<void> {
  if (password === "") throw shopProblem("confirm", { field: "password" });
  const account = await accountToConfirm(context, current);
  // Deleted before, by a request that was cut off: there is nothing left to confirm it by.
  if (!account) return;
  const isConfirmed = await checkPassword(context, { name: account.name, password, account });
  // The account stays where its password was changed meanwhile: this one is the wrong one now.
  const isGone = isConfirmed && (await accountsOf(context).delete(account));
  if (!isGone) throw shopProblem("bad-credentials", { field: "password" });
}
