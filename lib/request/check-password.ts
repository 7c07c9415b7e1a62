import { type Account, isDisabled } from "@/lib/account/account";
import { verifyPassword } from "@/lib/account/password-hash";
import type { Visit } from "@/lib/visit";

interface Claim {
  readonly name: string;
  readonly password: string;
  /** `null`: there is no such account, or it is another's. */
  readonly account: Account | null;
}

/**
 * Whether the password is the account's, after the same work where there is none, and where it is disabled. A refusal is told to
 * the audit log.
 */
export async function checkPassword({ audit }: Visit, { name, password, account }: Claim): Promise<boolean> {
  const matches = await verifyPassword(password, account?.passwordHash ?? null);
  const isRight = matches && account !== null && !isDisabled(account);
  if (!isRight) await audit.tell("sign-in-refused", {}, { accountName: name });
  return isRight;
}
