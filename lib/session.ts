import "server-only";
import { createPages } from "@carryover/session/internal/next/current-session";
import { session } from "@/lib/session-definition";
import { visitOf } from "@/lib/visit";

export const { currentSession, shownSession, requireUser } = createPages(visitOf, session);
