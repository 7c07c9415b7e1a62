import { type SignedInSession, StoreUnavailable } from "@carryover/session";
import { notFound } from "next/navigation";
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
 * The session that asks for a page, if it is an operator's; else the page is not there, also where that cannot be found out.
 * One request to Redis, for the account. The middleware asks before: this is for where it has not run.
 */
export async function requireOperator(): Promise<Operator> {
  const { session } = await sessionOrOutage();
  if (!session?.user) notFound();
  const operator = { ...session, user: session.user };
  try {
    if (await operates(accounts(), operator.user)) return operator;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
  }
  notFound();
}

/** The way to accounts from a page. */
export function accounts() {
  return admin.open({ by: "admin" });
}
