import type { User } from "@/lib/session/session";
import { signedInSession } from "@/lib/session/session";
import type { LiveSession, NoSession } from "@/lib/session/session-store";
import type { Answer } from "./answer";
import { beginWithinLimit } from "./begin-limit";
import { beginningOf } from "./beginning";
import { Problem } from "./problem";
import { sessionAnswer } from "./session-view";
import { cookieOf, sessionIdOf, type Visit } from "./visit";

/** Reads, and asks something else in the same request. It may refuse. */
type Alongside = (read: () => Promise<LiveSession | NoSession>) => Promise<LiveSession | NoSession>;

/**
 * The session that a sign-in may carry over. One request to Redis with a cookie of ours, else none, and nothing is asked
 * alongside.
 *
 * @throws Problem `session-changed` when it has just been ended elsewhere
 */
export async function carriedSession(
  visit: Visit,
  alongside: Alongside = (read) => read(),
): Promise<LiveSession | null> {
  const id = await sessionIdOf(visit);
  if (!id) return null;
  const found = await alongside(() => visit.sessions.peek(id));
  if (found.state === "ended") throw new Problem("session-changed");
  return found.state === "live" ? found : null;
}

interface SignIn {
  readonly user: User;
  readonly carried: LiveSession | null;
  readonly idleSeconds: number | undefined;
  /** Asked once the session has begun, so that whoever ends all of a user's sees it or is seen by it. Default: it stays. */
  readonly mayStay?: () => Promise<boolean>;
  /** Its address was counted as one that signs in. Default: without a carried session, it counts as one that begins one. */
  readonly isCounted?: boolean;
  /** Of the JSON answer. */
  readonly status?: number;
}

/**
 * Signs a user in with a new session and a new ID; the one it carries is dead from then on. Two requests to Redis without
 * a carried session, three with a visitor's, four with a user's.
 *
 * @throws Problem `session-changed` when another request claimed the carried session first, `bad-credentials` when it may not stay,
 * `slow-down` where its address has begun too many
 */
export async function signIn(
  visit: Visit,
  { user, carried, idleSeconds, mayStay, isCounted = false, status = 200 }: SignIn,
): Promise<Answer> {
  const beginning = beginningOf(visit, idleSeconds);
  const begin = () => {
    const draft = signedInSession(user, null, beginning);
    return isCounted ? visit.sessions.begin(draft) : beginWithinLimit(visit, draft);
  };
  const live: LiveSession | NoSession = carried
    ? await visit.sessions.rotate(carried, (old) => signedInSession(user, old, beginning))
    : await begin();
  if (live.state !== "live") throw new Problem("session-changed");
  if (mayStay && !(await mayStay())) {
    await visit.sessions.end(live.id, "password-change");
    throw new Problem("bad-credentials", { field: "password" });
  }
  return { status, body: await sessionAnswer(live), setCookie: await cookieOf(visit, live) };
}
