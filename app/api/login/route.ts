import { z } from "zod/mini";
import { userName } from "@/lib/account/account";
import { checkPassword, requireHashCapacity } from "@/lib/account/check-password";
import { password } from "@/lib/account/password";
import { signInTo, startSignIn } from "@/lib/account/password-sign-in";
import { optionalIdleSeconds, remember } from "@/lib/fields";
import { post } from "@/lib/session";
import { answerOf } from "@/lib/session-view";
import { shopProblem } from "@/lib/shop-problem";

/** Signs in with a password. An unknown user and one whose account is disabled get the same answer after the same work. */
export const POST = post({
  formPage: "/login",
  successPage: "/profile",
  returnsToFormWhenBusy: true,
  lazy: true,
  fields: z.object({ username: userName, password, idleSeconds: optionalIdleSeconds, remember }),
  async handler(session, { username: name, password, idleSeconds, remember }, context) {
    requireHashCapacity(context);
    const account = await startSignIn(session, context, name);
    const isVerified = await checkPassword(context, { name, password, account });
    if (!account || !isVerified) throw shopProblem("bad-credentials", { field: "password" });
    await signInTo(session, context, { account, idleSeconds, remember });
    return answerOf(session);
  },
});
