import { clearedCookieOf, sessionIdOf } from "@carryover/session/internal/next/visit";
import { z } from "zod/mini";
import { sessionAnswer } from "@/lib/request/session-view";
import { changeRoute } from "@/lib/routes";

/** Ends the session. The cookie goes with every seal of ours, once Redis says that no session is behind it any more. */
export const POST = changeRoute({
  formPage: "/",
  thenPage: "/",
  fields: z.object({}),
  async change(visit) {
    const id = await sessionIdOf(visit);
    if (id) await visit.sessions.end(id);
    return { body: await sessionAnswer(null), setCookie: id ? clearedCookieOf(visit) : undefined };
  },
});
