import { createRoutes } from "../next/route.ts";
import { type SessionVisit, setUpSessions, visitOf as visitOfSetup } from "../next/visit.ts";
import { contractSession, type SessionData } from "./contract/contract-session.ts";

// For tests: requests and routes of an app whose sessions are those of the contract.

const setup = setUpSessions(contractSession);

export function visitOf(headers: Headers): SessionVisit<SessionData> {
  return visitOfSetup(setup, headers);
}

export const { readRoute, changeRoute } = createRoutes(visitOf);
