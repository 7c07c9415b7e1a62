import type { SessionStore } from "@carryover/session/redis";
import { type AccountStore, signInVersionOf } from "./account";

interface Stores {
  readonly accounts: AccountStore;
  readonly sessions: Pick<SessionStore, "destroyUser">;
}

/**
 * Shuts the owner of an account out: from then on nobody signs in to it, then all its sessions end, on every device
 * (OWASP ASVS 5.0, 7.4.2). The account first: a sign-in that found it enabled is listed before the sessions end, and ends
 * with them, or after, and is refused for the older version that it brings. Whoever was cut off between the two may ask again.
 *
 * @returns how many sessions ended; `null` when there is no such account
 */
export async function disableAccount(
  { accounts, sessions }: Stores,
  { name, nowMs }: { readonly name: string; readonly nowMs: number },
): Promise<number | null> {
  const account = await accounts.setDisabled(name, nowMs);
  if (!account) return null;
  const leastVersion = signInVersionOf(account);
  return (await sessions.destroyUser(account.id, "account-disabled", { leastVersion })).length;
}
