import { isGuest } from "@/lib/account/account";
import type { User } from "@/lib/session/session";
import type { SessionId } from "@/lib/session/session-id";
import { accountsOf } from "./accounts";
import { checkPassword } from "./check-password";
import { ownAccount } from "./confirm-password";
import { limitSignIn } from "./limit-sign-in";
import { Problem } from "./problem";
import type { SignedIn } from "./signed-in";
import type { Visit } from "./visit";

/**
 * Deletes the account of the signed-in user, then ends their sessions on every device. The account first: from then on
 * nobody signs in to it, and a sign-in that was under way finds no place to begin. Whoever was cut off between the two may
 * ask again. A guest has no account: their sessions are all there is of them.
 *
 * Seven requests to Redis with the visit's own; a guest's four.
 *
 * @returns the sessions that ended
 * @throws Problem `confirm` without a password, `bad-credentials` with a wrong one: then everything is as it was
 */
export async function deleteAccount(
  visit: Visit,
  { session }: SignedIn,
  password: string,
): Promise<readonly SessionId[]> {
  if (!isGuest(session.user)) await removeAccount(visit, session.user, password);
  return visit.sessions.endUser(session.user.id, "account-deleted", visit.request);
}

async function removeAccount(visit: Visit, user: User, password: string): Promise<void> {
  if (password === "") throw new Problem("confirm", { field: "password" });
  const account = await ownAccount(visit, user);
  // Deleted before, by a request that was cut off: there is nothing left to confirm it by.
  if (!account) return;
  await limitSignIn(visit, user.name);
  const isConfirmed = await checkPassword(visit, { name: user.name, password, account });
  // The account stays where its password was changed meanwhile: this one is the wrong one now.
  const isGone = isConfirmed && (await accountsOf(visit).delete(account));
  if (!isGone) throw new Problem("bad-credentials", { field: "password" });
}
