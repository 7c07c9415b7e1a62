import { isGuest } from "@/lib/account/account";
import type { SessionId } from "@/lib/session/session-id";
import { accountsOf } from "./accounts";
import { checkPassword } from "./check-password";
import { accountToConfirm } from "./confirm-password";
import { Problem } from "./problem";
import type { SignedIn } from "./signed-in";
import type { Visit } from "./visit";

/**
 * Deletes the account of the signed-in user, then ends their sessions on every device. The account first: from then on
 * nobody signs in to it, and a sign-in that was under way finds no place to begin. Whoever was cut off between the two may
 * ask again. A guest has no account: their sessions are all there is of them.
 *
 * Six requests to Redis with the visit's own; a guest's four.
 *
 * @returns the sessions that ended
 * @throws Problem `confirm` without a password, `bad-credentials` with a wrong one: then everything is as it was
 */
export async function deleteAccount(
  visit: Visit,
  current: SignedIn,
  password: string,
): Promise<readonly SessionId[]> {
  const { user } = current.session;
  if (!isGuest(user)) await removeAccount(visit, current, password);
  return visit.sessions.endUser(user.id, "account-deleted", visit.request);
}

async function removeAccount(visit: Visit, current: SignedIn, password: string): Promise<void> {
  if (password === "") throw new Problem("confirm", { field: "password" });
  const account = await accountToConfirm(visit, current);
  // Deleted before, by a request that was cut off: there is nothing left to confirm it by.
  if (!account) return;
  const isConfirmed = await checkPassword(visit, { name: account.name, password, account });
  // The account stays where its password was changed meanwhile: this one is the wrong one now.
  const isGone = isConfirmed && (await accountsOf(visit).delete(account));
  if (!isGone) throw new Problem("bad-credentials", { field: "password" });
}
