import { type SignedInSession, StoreUnavailable } from "@carryover/session";
import { cache } from "react";
import { isGuest } from "@/lib/account/account";
import { operates } from "@/lib/admin/for-operators";
import { admin, sessionOrOutage } from "@/lib/session";
import type { SessionData } from "@/lib/session-definition";
import type { Query } from "../_ui/refusal";

export type Operator = SignedInSession<SessionData>;

/** What a page for operators gets. */
export interface OperatorPageProps {
  readonly operator: Operator;
  readonly query: Query;
}

/**
 * The session that asks for a page, if it is an operator's; `null` also where that cannot be found out, and where the page is none
 * of theirs. One request to Redis for the account of a user who asks for one of theirs, however often a page asks. All others
 * take the same steps for every page: the order in which a page is streamed tells nothing.
 */
export const findOperator = cache(async (isOperatorsPage: boolean): Promise<Operator | null> => {
  const { session } = await sessionOrOutage();
  if (!session?.user || isGuest(session.user) || !isOperatorsPage) return null;
  const operator = { ...session, user: session.user };
  try {
    return (await operates(accounts(), operator.user)) ? operator : null;
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
});

/** The way to accounts from a page. */
export function accounts() {
  return admin.open({ by: "admin" });
}
