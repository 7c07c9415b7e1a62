import type { Account } from "@/lib/account/account";
import { verifyPassword } from "@/lib/account/password-hash";
import type { Visit } from "./visit";

interface Claim {
  readonly name: string;
  readonly password: string;
  /** `null`: there is no such account, or it is another's. */
  readonly account: Account | null;
}

/** Whether the password is the account's, after the same work where there is none. A refusal is told to the audit log. */
export async function checkPassword({ audit }: Visit, { name, password, account }: Claim): Promise<boolean> {
  const isRight = await verifyPassword(password, account?.passwordHash ?? null);
  if (!isRight) await audit.tell("sign-in-refused", {}, { accountName: name });
  return isRight;
}
