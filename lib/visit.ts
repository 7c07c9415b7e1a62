import type { SessionChange as ChangeOf } from "@carryover/session/internal/next/change-session";
import type { SignedIn as SignedInOf } from "@carryover/session/internal/next/signed-in";
import {
  type SessionVisit,
  setUpSessions,
  visitOf as visitOfSetup,
} from "@carryover/session/internal/next/visit";
import { describeDevice } from "@/lib/describe-device";
import { type SessionData, session } from "@/lib/session-definition";

/** One HTTP request to the shop. */
export type Visit = SessionVisit<SessionData>;

/** A change of the shop's session, and of a draft that is about to begin with it. */
export type SessionChange = ChangeOf<SessionData>;

/** The visit's session, of a user. */
export type SignedIn = SignedInOf<SessionData>;

const setup = setUpSessions(session, { describeDevice });

export function visitOf(headers: Headers): Visit {
  return visitOfSetup(setup, headers);
}
