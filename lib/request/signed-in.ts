import type { LiveSession, NoSession } from "@/lib/session/session-store";
import { hasUser, type OfUser } from "./known-session";
import { Problem } from "./problem";
import { readSession, type Visit } from "./visit";

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
