import { z } from "zod/mini";
import { userName } from "@/lib/account/account";
import { password } from "@/lib/account/password";
import { checkPassword, requireRoomToHash } from "@/lib/request/check-password";
import { optionalIdleSeconds } from "@/lib/request/fields";
import { signInTo, startSignIn } from "@/lib/request/password-sign-in";
import { Problem } from "@/lib/request/problem";
import { changeRoute } from "@/lib/request/route";

/** Signs in with a password. An unknown user and one whose account is disabled get the same answer after the same work. */
export const POST = changeRoute({
  formPage: "/login",
  thenPage: "/profile",
  busyGoesBack: true,
  fields: z.object({ username: userName, password, idleSeconds: optionalIdleSeconds }),
  async change(visit, { username: name, password, idleSeconds }) {
    requireRoomToHash(visit);
    const { account, carried } = await startSignIn(visit, name);
    const isTheirs = await checkPassword(visit, { name, password, account });
    if (!account || !isTheirs) throw new Problem("bad-credentials", { field: "password" });
    return signInTo(visit, { account, carried, idleSeconds, isCounted: true });
  },
});
