import { z } from "zod/mini";
import { password } from "@/lib/account/password";
import { accountsOf } from "@/lib/request/accounts";
import { hashNewPassword } from "@/lib/request/check-password";
import { confirmPassword } from "@/lib/request/confirm-password";
import { flag } from "@/lib/request/fields";
import { Problem } from "@/lib/request/problem";
import { refuseEasyPassword } from "@/lib/request/refuse-easy-password";
import { changeRoute } from "@/lib/request/route";
import { sessionAnswer } from "@/lib/request/session-view";
import { requireSignIn } from "@/lib/request/signed-in";
import { cookieOf, type Visit } from "@/lib/request/visit";
import { ended, type LiveSession, type NoSession, SessionBusy } from "@/lib/session/session-store";

const why = "password-change";

/** The session under a new ID. Where somebody changes it so fast that it gets none, it ends: they have a copy of it. */
async function newIdOf({ sessions }: Visit, old: LiveSession): Promise<LiveSession | NoSession> {
  try {
    return await sessions.rotate(old, (session) => session, { keepClocks: true, why });
  } catch (error) {
    if (!(error instanceof SessionBusy)) throw error;
    await sessions.end(old.id, why);
    return ended;
  }
}

/** Changes the password. The session goes on under a new ID, with both its clocks; the others end if that is wished. */
export const POST = changeRoute({
  formPage: "/profile",
  nextIsPage: false,
  busyGoesBack: true,
  fields: z.object({
    current: z.string().check(z.maxLength(1024)),
    next: password,
    endOthers: z.optional(flag),
  }),
  async change(visit, { current, next, endOthers }) {
    const old = await requireSignIn(visit, "peek");
    const { user } = old.session;
    await refuseEasyPassword({ password: next, userName: user.name, field: "next" });
    const account = await confirmPassword(visit, old, current);
    const changed = account && (await accountsOf(visit).changePassword(account, await hashNewPassword(next)));
    if (!changed) throw new Problem("bad-credentials", { field: "current" });
    // Before the rotation: whoever ends this very session meanwhile does not save the others by it.
    if (endOthers) {
      const others = (await visit.sessions.list(user.id)).map(({ id }) => id).filter((id) => id !== old.id);
      await visit.sessions.endAll(user.id, others, why);
    }
    const live = await newIdOf(visit, old);
    if (live.state !== "live") throw new Problem("session-changed");
    return { body: await sessionAnswer(live), setCookie: await cookieOf(visit, live) };
  },
});
