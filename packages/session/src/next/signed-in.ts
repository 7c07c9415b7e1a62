import type { LiveSession, NoSession } from "../session-store.ts";
import { hasUser, type OfUser } from "./known-session.ts";
import { Problem } from "./problem.ts";
import { readSession, type Visit } from "./visit.ts";

export type SignedIn = OfUser<LiveSession>;

/** The visit's session, of a user. One request to Redis. @throws Problem `sign-in` */
export async function requireSignIn(visit: Visit, clock: "slide" | "peek"): Promise<SignedIn> {
  return signedInOf(await readSession(visit, clock));
}

/** The session that was found, of a user. @throws Problem `sign-in` */
export function signedInOf(found: LiveSession | NoSession): SignedIn {
  if (found.state !== "live" || !hasUser(found)) throw new Problem("sign-in");
  return found;
}
