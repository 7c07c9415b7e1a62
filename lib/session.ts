import "server-only";

export { currentSession, requireUser, shownSession } from "@carryover/session/internal/next/current-session";
