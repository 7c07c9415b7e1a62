import { Problem } from "@carryover/session";
import { type Account, isDisabled } from "@/lib/account/account";
import { admitsPassword, HashesBusy, hashPassword, verifyPassword } from "@/lib/account/password-hash";
import type { ShopContext } from "@/lib/session";

/**
 * Asked before anything else: what could not be hashed costs no request to Redis, and counts as no attempt.
 *
 * @throws Problem `busy`
 */
export function requireHashCapacity({ clientAddress }: ShopContext): void {
  if (!admitsPassword(clientAddress)) throw new Problem({ code: "busy" });
}

interface Claim {
  readonly name: string;
  readonly password: string;
  /** `null`: there is no such account, or it is another's. */
  readonly account: Account | null;
}

/**
 * Whether the password is the account's, after the same work where there is none, and where it is disabled. The audit log gets
 * a refusal.
 *
 * @throws Problem `busy` where too many passwords are being hashed
 */
export async function checkPassword(
  { audit, clientAddress }: ShopContext,
  { name, password, account }: Claim,
): Promise<boolean> {
  const matches = await orBusy(verifyPassword(password, account?.passwordHash ?? null, clientAddress));
  const isRight = matches && account !== null && !isDisabled(account);
  if (!isRight) await audit.record("sign-in-refused", {}, { userName: name });
  return isRight;
}

/** The hash to keep of a password. @throws Problem `busy` where too many are being hashed */
export function hashNewPassword({ clientAddress }: ShopContext, password: string): Promise<string> {
  return orBusy(hashPassword(password, clientAddress));
}

async function orBusy<T>(hashing: Promise<T>): Promise<T> {
  try {
    return await hashing;
  } catch (error) {
    throw error instanceof HashesBusy ? new Problem({ code: "busy" }) : error;
  }
}
