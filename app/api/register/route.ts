import { z } from "zod/mini";
import { type Account, createUserId, isDisabled, isGuest, userName } from "@/lib/account/account";
import { password } from "@/lib/account/password";
import { accountsOf } from "@/lib/request/accounts";
import { withinBeginLimit } from "@/lib/request/begin-limit";
import { checkPassword, hashNewPassword, requireRoomToHash } from "@/lib/request/check-password";
import { optionalIdleSeconds } from "@/lib/request/fields";
import { signInTo, startSignIn } from "@/lib/request/password-sign-in";
import { Problem } from "@/lib/request/problem";
import { refuseEasyPassword } from "@/lib/request/refuse-easy-password";
import { changeRoute } from "@/lib/request/route";
import type { Visit } from "@/lib/request/visit";

/** Makes an account and signs its owner in. Sent again, it signs in to the account that it made: the password says whose that is. */
export const POST = changeRoute({
  formPage: "/register",
  thenPage: "/profile",
  busyGoesBack: true,
  fields: z.object({ username: userName, password, idleSeconds: optionalIdleSeconds }),
  async change(visit, { username: name, password, idleSeconds }) {
    if (isGuest({ name }))
      throw new Problem("invalid", { field: "username", detail: "That name is for guests." });
    requireRoomToHash(visit);
    const { account: found, carried } = await withinBeginLimit(visit, () => startSignIn(visit, name));
    const created = found ? null : await create(visit, name, password);
    const account = created ?? (await requireOwn(visit, { name, password, found }));
    return signInTo(visit, { account, carried, idleSeconds, status: created ? 201 : 200 });
  },
});

/** `null` when somebody has taken the name meanwhile. */
async function create(visit: Visit, name: string, password: string): Promise<Account | null> {
  await refuseEasyPassword({ password, userName: name, field: "password" });
  const passwordHash = await hashNewPassword(visit, password);
  const account = { id: createUserId(), name, passwordHash, createdAt: Date.now() };
  return (await accountsOf(visit).create(account)) ? account : null;
}

interface Claim {
  readonly name: string;
  readonly password: string;
  readonly found: Account | null;
}

/** The account of this name, if this is its password. @throws Problem `taken`; `bad-credentials` where its owner is shut out */
async function requireOwn(visit: Visit, { name, password, found }: Claim): Promise<Account> {
  const account = found ?? (await accountsOf(visit).find(name));
  if (!account) throw new Problem("taken", { field: "username" });
  const { disabledAt: _, ...enabled } = account;
  const isTheirs = await checkPassword(visit, { name, password, account: enabled });
  if (!isTheirs) throw new Problem("taken", { field: "username" });
  if (!isDisabled(account)) return account;
  await visit.audit.tell("sign-in-refused", {}, { accountName: name });
  throw new Problem("bad-credentials", { field: "password" });
}
