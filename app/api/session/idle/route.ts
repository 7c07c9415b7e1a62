import { changeSession } from "@carryover/session/internal/next/change-session";
import { z } from "zod/mini";
import { idleSeconds } from "@/lib/request/fields";
import { sessionAnswer } from "@/lib/request/session-view";
import { changeRoute } from "@/lib/routes";
import { setIdle } from "@/lib/session-definition";

/** Sets the idle timeout of the session while it lives. */
export const POST = changeRoute({
  formPage: "/profile",
  fields: z.object({ idleSeconds }),
  async change(visit, { idleSeconds }) {
    const { live } = await changeSession(visit, (session) => setIdle(session, idleSeconds));
    return { body: await sessionAnswer(live) };
  },
});
