import type { ShopContext, ShopSession } from "@/lib/session";
import { shopProblem } from "@/lib/shop-problem";
import { type Account, isDisabled, signInVersionOf } from "./account";
import { limitSignIn } from "./limit-sign-in";
import { accountsOf } from "./redis-account-store";

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
  // The session first: it waits for its ID, and what it is asked with counts as one request in Server-Timing, too.
  const [, , account] = await Promise.all([
    session.read({ renew: false }),
    limitSignIn(context, name),
    accountsOf(context).find(name),
  ]);
  return account;
}

interface Proved {
  /** Whose password was right. */
  readonly account: Account;
  readonly idleSeconds: number | undefined;
  /** "Keep me signed in". */
  readonly remember: boolean;
}

/** Signs in whoever has proved the password of an account. @throws Problem as `signIn`; `bad-credentials` where it is no more */
export async function signInTo(
  session: ShopSession,
  context: ShopContext,
  { account, idleSeconds, remember }: Proved,
): Promise<void> {
  const user = { id: account.id, name: account.name };
  const check = () => requireUnchanged(context, account);
  await session.signIn(user, {
    check,
    version: signInVersionOf(account),
    idleSeconds,
    remember,
    isLimited: true,
  });
}

/**
 * Keeps a new account and signs its owner in: both travel in one request to Redis.
 *
 * @returns `false` where somebody has taken the name meanwhile: then nothing has begun
 */
export async function createAndSignIn(
  session: ShopSession,
  context: ShopContext,
  { account, idleSeconds, remember }: Proved,
): Promise<boolean> {
  const isTaken = new Error("The name is taken.");
  const check = async () => {
    if (!(await accountsOf(context).create(account))) throw isTaken;
  };
  const user = { id: account.id, name: account.name };
  try {
    await session.signIn(user, {
      check,
      version: signInVersionOf(account),
      idleSeconds,
      remember,
      isLimited: true,
    });
    return true;
  } catch (error) {
    if (error === isTaken) return false;
    throw error;
  }
}

/** The password may have been changed since it was checked, the account deleted or disabled. Who did so ends all sessions for a later version. */
async function requireUnchanged(context: ShopContext, { id, name, passwordHash }: Account): Promise<void> {
  const now = await accountsOf(context).find(name);
  if (now?.id === id && now.passwordHash === passwordHash && !isDisabled(now)) return;
  throw shopProblem("bad-credentials", { field: "password" });
}
