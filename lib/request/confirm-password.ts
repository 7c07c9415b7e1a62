import { type Account, isGuest } from "@/lib/account/account";
import type { User } from "@/lib/session/session";
import { sessionHandle } from "@/lib/session/session-id";
import { accountsOf } from "./accounts";
import { checkPassword, requireRoomToHash } from "./check-password";
import type { KnownSession } from "./known-session";
import { limitConfirmation } from "./limit-sign-in";
import type { SignedIn } from "./signed-in";
import type { Visit } from "./visit";

/** A sign-in counts as fresh for so long: until then, ending sessions needs no password. */
const FRESH_MS = 5 * 60_000;

/** Whether ending sessions asks for the password: the account has one, and the sign-in is a while ago. */
export function mustConfirm({ session, nowMs }: Pick<KnownSession, "session" | "nowMs">): boolean {
  // Signing in begins a session, so its beginning is the sign-in.
  return session.user !== null && !isGuest(session.user) && nowMs - session.createdAt > FRESH_MS;
}

/**
 * The signed-in user's account, if this is its password. One request to Redis; the attempt counts for the session.
 *
 * @returns `null` for a wrong password, and for a guest, who has none
 */
export async function confirmPassword(
  visit: Visit,
  current: SignedIn,
  password: string,
): Promise<Account | null> {
  // Known without a hash: anybody may become a guest as often as they like, and would not be limited.
  if (isGuest(current.session.user)) return null;
  const own = await accountToConfirm(visit, current);
  const verified = await checkPassword(visit, { name: current.session.user.name, password, account: own });
  return verified ? own : null;
}

/**
 * The signed-in user's account, to check a password against; the attempt is counted. One request to Redis.
 *
 * @throws Problem `slow-down`, `busy`
 */
export async function accountToConfirm(
  visit: Visit,
  { id, session: { user } }: SignedIn,
): Promise<Account | null> {
  requireRoomToHash(visit);
  const handle = await sessionHandle(id);
  // In one tick, and so in one request.
  const [own] = await Promise.all([ownAccount(visit, user), limitConfirmation(visit, handle, user.name)]);
  return own;
}

/** The account of this very user: its name may be another's by now. One request to Redis. */
async function ownAccount(visit: Visit, { id, name }: User): Promise<Account | null> {
  const account = await accountsOf(visit).find(name);
  return account?.id === id ? account : null;
}
