import { z } from "zod/mini";
import { createGuestName, createUserId } from "@/lib/account/account";
import { optionalIdleSeconds } from "@/lib/request/fields";
import { changeRoute } from "@/lib/request/route";
import { carriedByGuest, signIn } from "@/lib/request/sign-in";

/** Signs in a fresh random user, who has no account: the session is all there is of them. */
export const POST = changeRoute({
  formPage: "/login",
  thenPage: "/profile",
  fields: z.object({ idleSeconds: optionalIdleSeconds }),
  async change(visit, { idleSeconds }) {
    const user = { id: createUserId(), name: createGuestName() };
    const carried = await carriedByGuest(visit);
    return signIn(visit, { user, carried, idleSeconds });
  },
});
