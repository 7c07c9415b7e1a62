import { setUpSessions } from "@carryover/session/internal/next/open-store";
import {
  contextOf as contextOfSetup,
  type SessionContext,
} from "@carryover/session/internal/next/request-context";
import { describeDevice } from "@/lib/describe-device";
import { type SessionData, session } from "@/lib/session-definition";

// For tests: a request to the shop, with the stores that it may use.

const setup = setUpSessions(session, { describeDevice });

export function contextOf(headers: Headers): SessionContext<SessionData> {
  return contextOfSetup(setup, headers);
}
