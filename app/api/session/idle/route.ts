import { z } from "zod/mini";
import { idleSeconds } from "@/lib/fields";
import { post } from "@/lib/session";
import { answerOf } from "@/lib/session-view";

/** Sets the idle timeout of the session while it lives. */
export const POST = post({
  formPage: "/profile",
  lazy: true,
  fields: z.object({ idleSeconds }),
  async handler(session, { idleSeconds }) {
    await session.setIdleSeconds(idleSeconds);
    return answerOf(session);
  },
});
