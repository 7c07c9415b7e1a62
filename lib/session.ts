import { type CurrentSession, StoreUnavailable } from "@carryover/session";
import { createSessions, type HandlerContext, type LazySession } from "@carryover/session/next";
import { describeDevice } from "@/lib/describe-device";
import { type SessionData, session } from "@/lib/session-definition";
import { unavailablePage } from "@/lib/unavailable-page";

export const { currentSession, requireUser, openSession, get, post, admin, server, siteOf } = createSessions(
  session,
  {
    describeDevice,
    activeIndex: true,
    unavailablePage,
  },
);

/** The shop's session in a handler. */
export type ShopSession = LazySession<SessionData>;
/** What a handler of the shop may know and use of its request, besides the session. */
export type ShopContext = HandlerContext<SessionData>;

export interface SessionOrOutage {
  readonly found: CurrentSession<SessionData> | "unavailable" | null;
  /** The session where there is one to show. */
  readonly session: CurrentSession<SessionData> | undefined;
}

/** The current session for what has something to show in an outage, too: the third answer as a value. */
export async function sessionOrOutage(): Promise<SessionOrOutage> {
  try {
    const found = await currentSession();
    return { found, session: found ?? undefined };
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    return { found: "unavailable", session: undefined };
  }
}
