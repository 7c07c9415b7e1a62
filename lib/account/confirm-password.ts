import { type CurrentSession, Problem, type SignedInSession } from "@carryover/session";
import type { ShopContext, ShopSession } from "@/lib/session";
import type { SessionData } from "@/lib/session-definition";
import { shopProblem } from "@/lib/shop-problem";
import { type Account, isGuest } from "./account";
import { checkPassword, requireHashCapacity } from "./check-password";
import { limitConfirmation } from "./limit-sign-in";
import { accountOf } from "./redis-account-store";

/** A sign-in counts as fresh for so long: until then, ending sessions needs no password. */
const FRESH_MS = 5 * 60_000;

/** Whether ending sessions asks for the password: the account has one, and the sign-in is a while ago. */
export function mustConfirm({ user, createdAt, nowMs }: CurrentSession): boolean {
  // Signing in begins a session, so its beginning is the sign-in.
  return user !== null && !isGuest(user) && nowMs - createdAt > FRESH_MS;
}

/**
 * Reads the session; where this server has seen whose it is, the account comes with it, and the attempt is counted. One request
 * to Redis.
 *
 * @returns the account, for when the session has turned out to be the user's; it may reject as {@link accountToConfirm} does
 */
export async function readToConfirm(
  session: ShopSession,
  context: ShopContext,
): Promise<() => Promise<Account | null>> {
  const seen = await session.recall();
  const reading = session.read({ renew: false });
  const asking = seen && !isGuest(seen.user) ? accountToConfirm(context, seen) : Promise.resolve(null);
  await Promise.allSettled([reading, asking]);
  await reading;
  return () => asking;
}

/**
 * The signed-in user's account, if this is its password. One request to Redis, none where the account was found before; the
 * attempt counts for the session.
 *
 * @returns `null` for a wrong password, and for a guest, who has none
 */
export async function confirmPassword(
  context: ShopContext,
  current: SignedInSession,
  password: string,
  found: Account | null = null,
): Promise<Account | null> {
  // Known without a hash: anybody may become a guest as often as they like, and would not be limited.
  if (isGuest(current.user)) return null;
  const own = found?.id === current.user.id ? found : await accountToConfirm(context, current);
  const verified = await checkPassword(context, { name: current.user.name, password, account: own });
  return verified ? own : null;
}

/**
 * Lets pass whoever signed in just now, a guest, and the right password. At most one request to Redis; the attempt counts for the
 * session.
 *
 * @throws Problem `confirm`
 */
export async function requireConfirmed(
  context: ShopContext,
  current: SignedInSession,
  password: string,
): Promise<void> {
  if (!mustConfirm(current)) return;
  if (password !== "" && (await confirmPassword(context, current, password))) return;
  throw shopProblem("confirm", { field: "password" });
}

/**
 * The signed-in user's account, to check a password against; the attempt is counted. One request to Redis.
 *
 * @throws Problem `slow-down`, `busy`
 */
export async function accountToConfirm(
  context: ShopContext,
  { handle, user }: Pick<SignedInSession, "handle" | "user">,
): Promise<Account | null> {
  requireHashCapacity(context);
  // In one tick, and so in one request.
  const [own] = await Promise.all([accountOf(context, user), limitConfirmation(context, handle, user.name)]);
  return own;
}

/** The session of a handler, of a user; its idle timeout goes on. At most one request to Redis. @throws Problem `sign-in` */
export async function signedInUser(session: ShopSession): Promise<SignedInSession<SessionData>> {
  const { current } = await session.read({ renew: false });
  if (!current?.user) throw new Problem({ code: "sign-in" });
  return { ...current, user: current.user };
}
