import { Problem } from "@carryover/session";
import { Answer } from "@carryover/session/next";
import { z } from "zod/mini";
import { type Account, createUserId, isDisabled, isGuest, userName } from "@/lib/account/account";
import { checkPassword, hashNewPassword, requireHashCapacity } from "@/lib/account/check-password";
import { refuseEasyPassword } from "@/lib/account/easy-password";
import { password } from "@/lib/account/password";
import { createAndSignIn, signInTo, startSignIn } from "@/lib/account/password-sign-in";
import { accountsOf } from "@/lib/account/redis-account-store";
import { optionalIdleSeconds, remember } from "@/lib/fields";
import { post, type ShopContext } from "@/lib/session";
import { answerOf } from "@/lib/session-view";
import { shopProblem } from "@/lib/shop-problem";

/** Makes an account and signs its owner in. Sent again, it signs in to the account that it made: the password says whose that is. */
export const POST = post({
  formPage: "/register",
  successPage: "/profile",
  returnsToFormWhenBusy: true,
  lazy: true,
  fields: z.object({ username: userName, password, idleSeconds: optionalIdleSeconds, remember }),
  async handler(session, { username: name, password, idleSeconds, remember }, context) {
    if (isGuest({ name }))
      throw new Problem({ code: "invalid", field: "username", detail: "That name is for guests." });
    requireHashCapacity(context);
    const found = await context.withinBeginLimit(() => startSignIn(session, context, name));
    const created = found ? null : await newAccount(context, name, password);
    if (created && (await createAndSignIn(session, context, { account: created, idleSeconds, remember })))
      return new Answer(await answerOf(session), { status: 201 });
    const account = await requireOwn(context, { name, password, found });
    await signInTo(session, context, { account, idleSeconds, remember });
    return answerOf(session);
  },
});

async function newAccount(context: ShopContext, name: string, password: string): Promise<Account> {
  await refuseEasyPassword({ password, userName: name, field: "password" });
  const passwordHash = await hashNewPassword(context, password);
  return { id: createUserId(), name, passwordHash, createdAt: Date.now() };
}

interface Claim {
  readonly name: string;
  readonly password: string;
  readonly found: Account | null;
}

/** The account of this name, if this is its password. @throws Problem `taken`; `bad-credentials` where its owner is shut out */
async function requireOwn(context: ShopContext, { name, password, found }: Claim): Promise<Account> {
  const account = found ?? (await accountsOf(context).find(name));
  if (!account) throw shopProblem("taken", { field: "username" });
  const { disabledAt: _, ...enabled } = account;
  const isVerified = await checkPassword(context, { name, password, account: enabled });
  if (!isVerified) throw shopProblem("taken", { field: "username" });
  if (!isDisabled(account)) return account;
  await context.audit.record("sign-in-refused", {}, { userName: name });
  throw shopProblem("bad-credentials", { field: "password" });
}
