import { type Account, isDisabled } from "@/lib/account/account";
import type { LiveSession, NoSession } from "@/lib/session/session-store";
import { accountsOf } from "./accounts";
import type { Answer } from "./answer";
import { limitSignIn } from "./limit-sign-in";
import { Problem } from "./problem";
import { signIn } from "./sign-in";
import { readSession, sessionIdOf, type Visit } from "./visit";

/** What a sign-in with a password starts from. */
interface Start {
  readonly account: Account | null;
  readonly carried: LiveSession | NoSession;
}

/** Counts the attempt, and reads the account and the carried session with it. One request to Redis. @throws Problem `slow-down` */
export async function startSignIn(visit: Visit, name: string): Promise<Start> {
  // Known before the rest is asked, so that all of it travels together.
  await sessionIdOf(visit);
  const [, account, carried] = await Promise.all([
    limitSignIn(visit, name),
    accountsOf(visit).find(name),
    readSession(visit, "peek"),
  ]);
  return { account, carried };
}

interface Proved {
  /** Whose password was right. */
  readonly account: Account;
  readonly carried: LiveSession | NoSession;
  readonly idleSeconds: number | undefined;
  readonly isCounted?: boolean;
  readonly status?: number;
}

/** Signs in whoever has proved the password of an account. @throws Problem as `signIn`; `bad-credentials` where it is no more */
export function signInTo(visit: Visit, { account, ...rest }: Proved): Promise<Answer> {
  const user = { id: account.id, name: account.name };
  return signIn(visit, { user, check: () => requireUnchanged(visit, account), ...rest });
}

/** The password may have been changed since it was checked, the account deleted or disabled: who did so may have looked for sessions to end before this one was listed. */
async function requireUnchanged(visit: Visit, { id, name, passwordHash }: Account): Promise<void> {
  const now = await accountsOf(visit).find(name);
  if (now?.id === id && now.passwordHash === passwordHash && !isDisabled(now)) return;
  throw new Problem("bad-credentials", { field: "password" });
}
