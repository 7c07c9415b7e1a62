import type { LiveSession, NoSession } from "../session-store.ts";
import { hasUser, type OfUser } from "./known-session.ts";
import { Problem } from "./problem.ts";
import { readSession, type SessionVisit } from "./visit.ts";

export type SignedIn<D = unknown> = OfUser<LiveSession<D>>;

/** The visit's session, of a user. One request to Redis. @throws Problem `sign-in` */
export async function requireSignIn<D>(
  visit: SessionVisit<D>,
  clock: "slide" | "peek",
): Promise<SignedIn<D>> {
  return signedInOf(await readSession(visit, clock));
}

/** The session that was found, of a user. @throws Problem `sign-in` */
export function signedInOf<D>(found: LiveSession<D> | NoSession): SignedIn<D> {
  if (found.state !== "live" || !hasUser(found)) throw new Problem("sign-in");
  return found;
}
