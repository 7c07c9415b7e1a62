import { z } from "zod/mini";
import { signInVersionOf } from "@/lib/account/account";
import { hashNewPassword } from "@/lib/account/check-password";
import { confirmPassword, readToConfirm, signedInUser } from "@/lib/account/confirm-password";
import { refuseCommonPassword, refuseEasyPassword } from "@/lib/account/easy-password";
import { password } from "@/lib/account/password";
import { accountsOf } from "@/lib/account/redis-account-store";
import { flag } from "@/lib/fields";
import { post } from "@/lib/session";
import { answerOf } from "@/lib/session-view";
import { shopProblem } from "@/lib/shop-problem";

const reason = "password-change";

/** Changes the password. The session goes on under a new ID, with both its timeouts; the others end if that is wished. */
export const POST = post({
  formPage: "/profile",
  nextIsPage: false,
  returnsToFormWhenBusy: true,
  lazy: true,
  fields: z.object({
    current: z.string().check(z.maxLength(1024)),
    next: password,
    endOthers: z.optional(flag),
  }),
  async handler(session, { current, next, endOthers }, context) {
    await refuseCommonPassword({ password: next, field: "next" });
    const found = await readToConfirm(session, context);
    if ((await session.wasDone()) && (await session.read()).user) return answerOf(session);
    const old = await signedInUser(session);
    await refuseEasyPassword({ password: next, userName: old.user.name, field: "next" });
    const account = await confirmPassword(context, old, current, await found());
    const passwordHash = account && (await hashNewPassword(context, next));
    const isOutdated = new Error("The account is not as it was found.");
    if (account && passwordHash) {
      const change = async () => {
        if (!(await accountsOf(context).changePassword(account, passwordHash))) throw isOutdated;
      };
      try {
        // A session that was ended during all that hashing changes nothing any more.
        const version = signInVersionOf(account) + 1;
        await session.rotate({ reason, change, version, endsOthers: endOthers });
        return answerOf(session);
      } catch (error) {
        if (error !== isOutdated) throw error;
      }
    }
    // A request with an idempotency key may come again, or beside itself, after it has changed the password and before the
    // session had its new ID: then the new password is the account's. It counts as another attempt.
    const changed = context.request && (await confirmPassword(context, old, next));
    if (!changed) throw shopProblem("bad-credentials", { field: "current" });
    await session.rotate({ reason, version: signInVersionOf(changed), endsOthers: endOthers });
    return answerOf(session);
  },
});
