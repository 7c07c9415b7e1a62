import type { ShopContext, ShopSession } from "@/lib/session";
import { shopProblem } from "@/lib/shop-problem";
import { type Account, isDisabled } from "./account";
import { accountsOf } from "./accounts";
import { limitSignIn } from "./limit-sign-in";

/**
 * Counts the attempt, and reads the account and the session that the request carries with it. One request to Redis.
 *
 * @throws Problem `slow-down`
 */
export async function startSignIn(
  session: ShopSession,
  context: ShopContext,
  name: string,
): Promise<Account | null> {
  const [, account] = await Promise.all([
    limitSignIn(context, name),
    accountsOf(context).find(name),
    session.read({ renew: false }),
  ]);
  return account;
}

interface Proved {
  /** Whose password was right. */
  readonly account: Account;
  readonly idleSeconds: number | undefined;
}

/** Signs in whoever has proved the password of an account. @throws Problem as `signIn`; `bad-credentials` where it is no more */
export async function signInTo(
  session: ShopSession,
  context: ShopContext,
  { account, idleSeconds }: Proved,
): Promise<void> {
  const user = { id: account.id, name: account.name };
  const check = () => requireUnchanged(context, account);
  await session.signIn(user, { check, idleSeconds, isLimited: true });
}

/** The password may have been changed since it was checked, the account deleted or disabled: who did so may have looked for sessions to end before this one was listed. */
async function requireUnchanged(context: ShopContext, { id, name, passwordHash }: Account): Promise<void> {
  const now = await accountsOf(context).find(name);
  if (now?.id === id && now.passwordHash === passwordHash && !isDisabled(now)) return;
  throw shopProblem("bad-credentials", { field: "password" });
}
