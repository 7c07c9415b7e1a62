import { z } from "zod/mini";
import { createGuestName, createUserId } from "@/lib/account/account";
import { withinBeginLimit } from "@/lib/request/begin-limit";
import { optionalIdleSeconds } from "@/lib/request/fields";
import { changeRoute } from "@/lib/request/route";
import { carriedSession, signIn } from "@/lib/request/sign-in";

/** Signs in a fresh random user, who has no account: the session is all there is of them. */
export const POST = changeRoute({
  formPage: "/login",
  thenPage: "/profile",
  fields: z.object({ idleSeconds: optionalIdleSeconds }),
  async change(visit, { idleSeconds }) {
    const user = { id: createUserId(), name: createGuestName() };
    const carried = await carriedSession(visit, (read) => withinBeginLimit(visit, read));
    return signIn(visit, { user, carried, idleSeconds });
  },
});
