import { z } from "zod/mini";
import { post } from "@/lib/session";
import { sessionAnswer } from "@/lib/session-view";

/** Ends the session. The cookie goes with every seal of ours, once Redis says that no session is behind it any more. */
export const POST = post({
  formPage: "/",
  successPage: "/",
  lazy: true,
  fields: z.object({}),
  async handler(session) {
    await session.signOut();
    return sessionAnswer(null);
  },
});
