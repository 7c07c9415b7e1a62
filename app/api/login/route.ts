import { z } from "zod/mini";
import { userName } from "@/lib/account/account";
import { password } from "@/lib/account/password";
import { accountsOf } from "@/lib/request/accounts";
import { checkPassword, requireRoomToHash } from "@/lib/request/check-password";
import { optionalIdleSeconds } from "@/lib/request/fields";
import { limitSignIn } from "@/lib/request/limit-sign-in";
import { Problem } from "@/lib/request/problem";
import { changeRoute } from "@/lib/request/route";
import { carriedSession, signIn } from "@/lib/request/sign-in";

/** Signs in with a password. An unknown user and one whose account is disabled get the same answer after the same work. */
export const POST = changeRoute({
  formPage: "/login",
  thenPage: "/profile",
  busyGoesBack: true,
  fields: z.object({ username: userName, password, idleSeconds: optionalIdleSeconds }),
  async change(visit, { username, password, idleSeconds }) {
    requireRoomToHash();
    await limitSignIn(visit, username);
    const account = await accountsOf(visit).find(username);
    const isTheirs = await checkPassword(visit, { name: username, password, account });
    if (!account || !isTheirs) throw new Problem("bad-credentials", { field: "password" });
    const carried = await carriedSession(visit);
    // The password may have been changed since it was checked: its change did not see this session among those it ended.
    const mayStay = async () =>
      (await accountsOf(visit).find(username))?.passwordHash === account.passwordHash;
    const user = { id: account.id, name: account.name };
    return signIn(visit, { user, carried, idleSeconds, mayStay, isCounted: true });
  },
});
