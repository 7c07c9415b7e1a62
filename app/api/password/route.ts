import { Problem } from "@carryover/session";
import { z } from "zod/mini";
import { accountsOf } from "@/lib/account/accounts";
import { hashNewPassword } from "@/lib/account/check-password";
import { confirmPassword } from "@/lib/account/confirm-password";
import { password } from "@/lib/account/password";
import { refuseEasyPassword } from "@/lib/account/refuse-easy-password";
import { signedInUser } from "@/lib/account/signed-in-user";
import { flag } from "@/lib/fields";
import { post } from "@/lib/session";
import { answerOf } from "@/lib/session-view";
import { shopProblem } from "@/lib/shop-problem";

const reason = "password-change";

/** Changes the password. The session goes on under a new ID, with both its timeouts; the others end if that is wished. */
export const POST = post({
  formPage: "/profile",
  nextIsPage: false,
  busyGoesBack: true,
  lazy: true,
  fields: z.object({
    current: z.string().check(z.maxLength(1024)),
    next: password,
    endOthers: z.optional(flag),
  }),
  async handler(session, { current, next, endOthers }, context) {
    if ((await session.wasDone()) && (await session.read()).user) return answerOf(session);
    const old = await signedInUser(session);
    await refuseEasyPassword({ password: next, userName: old.user.name, field: "next" });
    const account = await confirmPassword(context, old, current);
    const passwordHash = account && (await hashNewPassword(context, next));
    // That took a while: who was signed out meanwhile changes nothing any more.
    if (account && !(await session.read({ renew: false, again: true })).current) {
      if ((await session.wasDone()) && (await session.read()).user) return answerOf(session);
      throw new Problem({ code: "session-changed" });
    }
    const isChanged =
      account && passwordHash && (await accountsOf(context).changePassword(account, passwordHash));
    // A request with an idempotency key may come again, or beside itself, after it has changed the password and before the
    // session had its new ID: then the new password is the account's. It counts as another attempt.
    const wasChanged = !isChanged && context.request && (await confirmPassword(context, old, next));
    if (!isChanged && !wasChanged) throw shopProblem("bad-credentials", { field: "current" });
    // Before the rotation: the others end also if this session is ended meanwhile.
    if (endOthers) await session.revokeOthers({ reason });
    await session.rotate({ reason });
    return answerOf(session);
  },
});
