import { Problem } from "@carryover/session";
import { createSessions } from "@carryover/session/next";
import { session } from "./session-definition";

export const { currentSession, requireUser, get, post, callback, server } = createSessions(session);

/** Whether a change was refused because the session has just ended: signed out elsewhere, say, or got a new ID. */
export function isNoSession(error: unknown): boolean {
  return error instanceof Problem && error.code === "no-session";
}
