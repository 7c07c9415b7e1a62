import { Problem, type SignedInSession } from "@carryover/session";
import type { ShopSession } from "@/lib/session";
import type { SessionData } from "@/lib/session-definition";

/** The session of a handler, of a user; its idle timeout goes on. At most one request to Redis. @throws Problem `sign-in` */
export async function signedInUser(session: ShopSession): Promise<SignedInSession<SessionData>> {
  const { current } = await session.read({ renew: false });
  if (!current?.user) throw new Problem({ code: "sign-in" });
  return { ...current, user: current.user };
}
