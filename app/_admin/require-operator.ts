import { type SignedInSession, StoreUnavailable } from "@carryover/session";
import { cache } from "react";
import { operates } from "@/lib/admin/operates";
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
 * The session that asks for a page, if it is an operator's; `null` also where that cannot be found out. One request to Redis for
 * the account, however often a page asks. The middleware asks before: this is for where it has not run.
 */
export const findOperator = cache(async (): Promise<Operator | null> => {
  const { session } = await sessionOrOutage();
  if (!session?.user) return null;
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
