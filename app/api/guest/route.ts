import { z } from "zod/mini";
import { createGuestName, createUserId } from "@/lib/account/account";
import { optionalIdleSeconds } from "@/lib/fields";
import { post } from "@/lib/session";
import { answerOf } from "@/lib/session-view";

/** Signs in a fresh random user, who has no account: the session is all there is of them. */
export const POST = post({
  formPage: "/login",
  successPage: "/profile",
  lazy: true,
  fields: z.object({ idleSeconds: optionalIdleSeconds }),
  async handler(session, { idleSeconds }) {
    await session.signIn({ id: createUserId(), name: createGuestName() }, { idleSeconds });
    return answerOf(session);
  },
});
