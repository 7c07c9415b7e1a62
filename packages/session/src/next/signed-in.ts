import type { LiveSession } from "../session-store.ts";
import { hasUser, type OfUser } from "./known-session.ts";
import { Problem } from "./problem.ts";
import { readSession, type SessionVisit } from "./visit.ts";

export type SignedIn<D = unknown> = OfUser<LiveSession<D>>;

/** The visit's session, of a user. One request to Redis. @throws Problem `sign-in` */
export async function requireSignIn<D>(
  visit: SessionVisit<D>,
  clock: "slide" | "peek",
): Promise<SignedIn<D>> {
  const found = await readSession(visit, clock);
  if (found.state !== "live" || !hasUser(found)) throw new Problem("sign-in");
  return found;
}
