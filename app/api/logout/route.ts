import { z } from "zod/mini";
import { changeRoute } from "@/lib/request/route";
import { sessionAnswer } from "@/lib/request/session-view";
import { clearedCookieOf, sessionIdOf } from "@/lib/request/visit";

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
