import { isGuest } from "@/lib/account/account";
import { isRepetition, type RequestDigest } from "@/lib/session/request-digest";
import type { User } from "@/lib/session/session";
import { signedInSession } from "@/lib/session/session";
import { absent, type LiveSession, type NoSession } from "@/lib/session/session-store";
import type { Answer } from "./answer";
import { beginWithinLimit, withinBeginLimit } from "./begin-limit";
import { beginningOf } from "./beginning";
import { Problem } from "./problem";
import { sessionAnswer } from "./session-view";

import { successorOf } from "./successor";
import { cookieOf, sessionIdOf, type Visit } from "./visit";

/**
 * The session that a guest may carry over, as it is at the beginning; the beginning counts for its address, in the same
 * request. Without a cookie of ours it asks for nothing.
 *
 * @throws Problem `slow-down`
 */
export async function carriedByGuest(visit: Visit): Promise<LiveSession | NoSession> {
  const id = await sessionIdOf(visit);
  return id ? withinBeginLimit(visit, () => visit.sessions.peek(id)) : absent;
}

interface SignIn {
  readonly user: User;
  /** The session that the request carries, as it was at the beginning. */
  readonly carried: LiveSession | NoSession;
  readonly idleSeconds: number | undefined;
  /** Its address was counted as one that signs in. Default: without a carried session, it counts as one that begins one. */
  readonly isCounted?: boolean;
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
 * @throws Problem `session-changed` when the carried session was ended meanwhile, `slow-down` where its address has begun too
 * many; what the check throws
 */
export async function signIn(visit: Visit, options: SignIn): Promise<Answer> {
  const live = await signedIn(visit, options);
  if (live.state !== "live") throw new Problem("session-changed");
  const { status = 200 } = options;
  return { status, body: await sessionAnswer(live), setCookie: await cookieOf(visit, live) };
}

async function signedIn(visit: Visit, { user, carried, idleSeconds, check, isCounted = false }: SignIn) {
  const beginning = beginningOf(visit, idleSeconds);
  const { request, unboundRequest } = visit;
  // A user who has proved a password is the same one again.
  const earlierGuest = check ? null : await begunBefore(visit, carried);
  if (earlierGuest) return earlierGuest;
  const found =
    carried.state === "live"
      ? await visit.sessions.rotate(carried, (old) => signedInSession(user, old, beginning), {
          check,
          request,
          begunBy: await unboundRequest?.(),
        })
      : carried;
  if (found.state === "live") return found;
  const earlier =
    found.state === "ended" && (await successorOf(visit, found, { provedUserId: check && user.id, check }));
  if (earlier) return earlier;
  // It lived when the request began, and somebody has ended it since; or this very request came before, and what it began
  // was ended since: a log-out is final, also where a proxy sends the log-in once more.
  if (carried.state === "live" || wasMadeBefore(found, request)) return found;
  const draft = signedInSession(user, null, beginning);
  return isCounted ? visit.sessions.begin(draft, check) : beginWithinLimit(visit, draft, check);
}

/** Whether this request has put a session in the place of the one that was found. */
function wasMadeBefore(found: LiveSession | NoSession, request: RequestDigest | undefined): boolean {
  return found.state === "ended" && found.successor !== undefined && isRepetition(found.request, request);
}

/**
 * The carried session, where this very request has begun it for a guest: somebody clicked again when the cookie had come and
 * the next page had not. A guest begun anew would be another user, without the cart. One request to Redis, for guests alone.
 */
async function begunBefore(
  { sessions, unboundRequest }: Visit,
  carried: LiveSession | NoSession,
): Promise<LiveSession | null> {
  if (carried.state !== "live" || !carried.session.user || !unboundRequest) return null;
  if (!isGuest(carried.session.user)) return null;
  const isNew = new Error("This request has not begun the session.");
  const refuse = () => {
    throw isNew;
  };
  try {
    const found = await sessions.update(carried.id, refuse, await unboundRequest());
    return found.state === "live" ? found : null;
  } catch (error) {
    if (error === isNew) return null;
    throw error;
  }
}
