import type { User } from "@/lib/session/session";
import { signedInSession } from "@/lib/session/session";
import type { LiveSession, NoSession } from "@/lib/session/session-store";
import type { Answer } from "./answer";
import { beginningOf } from "./beginning";
import { Problem } from "./problem";
import { sessionAnswer } from "./session-view";
import { successorOf } from "./successor";
import { cookieOf, type Visit } from "./visit";

interface SignIn {
  readonly user: User;
  /** The session that the request carries, as it was at the beginning. */
  readonly carried: LiveSession | NoSession;
  readonly idleSeconds: number | undefined;
  /**
   * For a user who proved a password: throws where it is not the account's any more. Asked once the session is listed, so that
   * whoever ends all of a user's sees it or is seen by the check.
   */
  readonly check?: () => Promise<void>;
  /** Of the JSON answer. */
  readonly status?: number;
}

/**
 * Signs a user in with a new session and a new ID; the one it carries is dead from then on. Two requests to Redis without
 * a carried session, three with a visitor's, four with a user's. Sent again by whoever did not get the answer, it leads to
 * the session that it made before; one request, and none of those.
 *
 * @throws Problem `session-changed` when the carried session was ended meanwhile; what the check throws
 */
export async function signIn(visit: Visit, options: SignIn): Promise<Answer> {
  const live = await signedIn(visit, options);
  if (live.state !== "live") throw new Problem("session-changed");
  const { status = 200 } = options;
  return { status, body: await sessionAnswer(live), setCookie: await cookieOf(visit, live) };
}

async function signedIn(visit: Visit, { user, carried, idleSeconds, check }: SignIn) {
  const beginning = beginningOf(visit, idleSeconds);
  const { request } = visit;
  const found =
    carried.state === "live"
      ? await visit.sessions.rotate(carried, (old) => signedInSession(user, old, beginning), {
          check,
          request,
        })
      : carried;
  if (found.state === "live") return found;
  const earlier =
    found.state === "ended" && (await successorOf(visit, found, { provedUserId: check && user.id, check }));
  if (earlier) return earlier;
  // It lived when the request began, and somebody has ended it since.
  if (carried.state === "live") return found;
  return visit.sessions.begin(signedInSession(user, null, beginning), check);
}
