import { setUpSessions } from "../next/open-store.ts";
import { contextOf as contextOfSetup, type SessionContext } from "../next/request-context.ts";
import { createRoutes } from "../next/route.ts";
import { contractSession, type SessionData } from "./contract/contract-session.ts";

// For tests: requests and routes of an app whose sessions are those of the contract.

const setup = setUpSessions(contractSession);

export function contextOf(headers: Headers): SessionContext<SessionData> {
  return contextOfSetup(setup, headers);
}

export const { get, post, callback } = createRoutes(contextOf);
