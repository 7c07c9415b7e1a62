import { clearedCookieOf, sessionIdOf } from "@carryover/session/internal/next/visit";
import { z } from "zod/mini";
import { sessionAnswer } from "@/lib/request/session-view";
import { changeRoute } from "@/lib/routes";

/** Ends the session. The cookie goes only where this request ended a live one: a newer one may be on its way. */
export const POST = changeRoute({
  formPage: "/",
  thenPage: "/",
  fields: z.object({}),
  async change(visit) {
    const id = await sessionIdOf(visit);
    const endedNow = id !== null && (await visit.sessions.end(id));
    return { body: await sessionAnswer(null), setCookie: endedNow ? clearedCookieOf(visit) : undefined };
  },
});
