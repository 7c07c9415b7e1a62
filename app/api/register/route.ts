import { z } from "zod/mini";
import { createUserId, isGuest, userName } from "@/lib/account/account";
import { password } from "@/lib/account/password";
import { accountsOf } from "@/lib/request/accounts";
import { withinBeginLimit } from "@/lib/request/begin-limit";
import { hashNewPassword, requireRoomToHash } from "@/lib/request/check-password";
import { optionalIdleSeconds } from "@/lib/request/fields";
import { limitSignIn } from "@/lib/request/limit-sign-in";
import { Problem } from "@/lib/request/problem";
import { refuseEasyPassword } from "@/lib/request/refuse-easy-password";
import { changeRoute } from "@/lib/request/route";
import { carriedSession, signIn } from "@/lib/request/sign-in";

/** Makes an account and signs its owner in. */
export const POST = changeRoute({
  formPage: "/register",
  thenPage: "/profile",
  busyGoesBack: true,
  fields: z.object({ username: userName, password, idleSeconds: optionalIdleSeconds }),
  async change(visit, { username: name, password, idleSeconds }) {
    if (isGuest({ name }))
      throw new Problem("invalid", { field: "username", detail: "That name is for guests." });
    requireRoomToHash();
    await withinBeginLimit(visit, () => limitSignIn(visit, name));
    await refuseEasyPassword({ password, userName: name, field: "password" });
    const carried = await carriedSession(visit);
    const account = {
      id: createUserId(),
      name,
      passwordHash: await hashNewPassword(password),
      createdAt: Date.now(),
    };
    if (!(await accountsOf(visit).create(account))) throw new Problem("taken", { field: "username" });
    return signIn(visit, { user: { id: account.id, name }, carried, idleSeconds, status: 201 });
  },
});
