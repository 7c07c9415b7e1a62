import { Problem } from "@carryover/session/internal/next/problem";
import { requireSignIn } from "@carryover/session/internal/next/signed-in";
import { cookieOf } from "@carryover/session/internal/next/visit";
import { ended, type NoSession, SessionBusy } from "@carryover/session/internal/session-store";
import { z } from "zod/mini";
import { password } from "@/lib/account/account";
import { hashPassword } from "@/lib/account/password-hash";
import { accountsOf } from "@/lib/request/accounts";
import { confirmPassword } from "@/lib/request/confirm-password";
import { flag } from "@/lib/request/fields";
import { refuseEasyPassword } from "@/lib/request/refuse-easy-password";
import { sessionAnswer } from "@/lib/request/session-view";
import { changeRoute } from "@/lib/routes";
import type { LiveSession } from "@/lib/session-definition";
import type { Visit } from "@/lib/visit";

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
  fields: z.object({
    current: z.string().check(z.maxLength(1024)),
    next: password,
    endOthers: z.optional(flag),
  }),
  async change(visit, { current, next, endOthers }) {
    const old = await requireSignIn(visit, "peek");
    const { user } = old.session;
    await refuseEasyPassword({ password: next, userName: user.name, field: "next" });
    const account = await confirmPassword(visit, user, current);
    const changed = account && (await accountsOf(visit).changePassword(account, await hashPassword(next)));
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
