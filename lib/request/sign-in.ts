import type { User } from "@carryover/session";
import type { Answer } from "@carryover/session/internal/next/answer";
import { beginningOf } from "@carryover/session/internal/next/beginning";
import { Problem } from "@carryover/session/internal/next/problem";
import { cookieOf, readSession } from "@carryover/session/internal/next/visit";
import type { NoSession } from "@carryover/session/internal/session-store";
import type { LiveSession } from "@/lib/session-definition";
import { signedInSession } from "@/lib/session-definition";
import type { Visit } from "@/lib/visit";
import { sessionAnswer } from "./session-view";

/** The session that a sign-in may carry over. @throws Problem `session-changed` when it has just been ended elsewhere */
export async function carriedSession(visit: Visit): Promise<LiveSession | null> {
  const found = await readSession(visit, "peek");
  if (found.state === "ended") throw new Problem("session-changed");
  return found.state === "live" ? found : null;
}

interface SignIn {
  readonly user: User;
  readonly carried: LiveSession | null;
  readonly idleSeconds: number | undefined;
  /** Asked once the session has begun, so that whoever ends all of a user's sees it or is seen by it. Default: it stays. */
  readonly mayStay?: () => Promise<boolean>;
  /** Of the JSON answer. */
  readonly status?: number;
}

/**
 * Signs a user in with a new session and a new ID; the one it carries is dead from then on. Two requests to Redis without
 * a carried session, three with a visitor's, four with a user's.
 *
 * @throws Problem `session-changed` when another request claimed the carried session first, `bad-credentials` when it may not stay
 */
export async function signIn(
  visit: Visit,
  { user, carried, idleSeconds, mayStay, status = 200 }: SignIn,
): Promise<Answer> {
  const beginning = beginningOf(visit, idleSeconds);
  const live: LiveSession | NoSession = carried
    ? await visit.sessions.rotate(carried, (old) => signedInSession(user, old, beginning))
    : await visit.sessions.begin(signedInSession(user, null, beginning));
  if (live.state !== "live") throw new Problem("session-changed");
  if (mayStay && !(await mayStay())) {
    await visit.sessions.end(live.id, "password-change");
    throw new Problem("bad-credentials", { field: "password" });
  }
  return { status, body: await sessionAnswer(live), setCookie: await cookieOf(visit, live) };
}
