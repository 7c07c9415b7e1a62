import { z } from "zod/mini";
import { changeSession } from "@/lib/request/change-session";
import { idleSeconds } from "@/lib/request/fields";
import { changeRoute } from "@/lib/request/route";
import { sessionAnswer } from "@/lib/request/session-view";
import { setIdle } from "@/lib/session/session";

/** Sets the idle timeout of the session while it lives. */
export const POST = changeRoute({
  formPage: "/profile",
  fields: z.object({ idleSeconds }),
  async change(visit, { idleSeconds }) {
    const { live } = await changeSession(visit, (session) => setIdle(session, idleSeconds));
    return { body: await sessionAnswer(live) };
  },
});
