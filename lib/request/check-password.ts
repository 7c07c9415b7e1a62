import { type Account, isDisabled } from "@/lib/account/account";
import { areHashesBusy, HashesBusy, hashPassword, verifyPassword } from "@/lib/account/password-hash";
import { Problem } from "./problem";
import { clientAddress } from "./site";
import type { Visit } from "./visit";

/**
 * Asked before anything else: what could not be hashed costs no request to Redis, and counts as no attempt.
 *
 * @throws Problem `busy`
 */
export function requireRoomToHash({ headers, env }: Visit): void {
  if (areHashesBusy(clientAddress(headers, env))) throw new Problem("busy");
}

interface Claim {
  readonly name: string;
  readonly password: string;
  /** `null`: there is no such account, or it is another's. */
  readonly account: Account | null;
}

/**
 * Whether the password is the account's, after the same work where there is none, and where it is disabled. A refusal is told to
 * the audit log.
 *
 * @throws Problem `busy` where too many passwords are being hashed
 */
export async function checkPassword(
  { audit, headers, env }: Visit,
  { name, password, account }: Claim,
): Promise<boolean> {
  const matches = await orBusy(
    verifyPassword(password, account?.passwordHash ?? null, clientAddress(headers, env)),
  );
  const isRight = matches && account !== null && !isDisabled(account);
  if (!isRight) await audit.tell("sign-in-refused", {}, { accountName: name });
  return isRight;
}

/** The hash to keep of a password. @throws Problem `busy` where too many are being hashed */
export function hashNewPassword({ headers, env }: Visit, password: string): Promise<string> {
  return orBusy(hashPassword(password, clientAddress(headers, env)));
}

async function orBusy<T>(hashing: Promise<T>): Promise<T> {
  try {
    return await hashing;
  } catch (error) {
    throw error instanceof HashesBusy ? new Problem("busy") : error;
  }
}
