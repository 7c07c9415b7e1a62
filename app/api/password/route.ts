import { z } from "zod/mini";
import { password } from "@/lib/account/password";
import { accountsOf } from "@/lib/request/accounts";
import type { Answer } from "@/lib/request/answer";
import { hashNewPassword } from "@/lib/request/check-password";
import { confirmPassword } from "@/lib/request/confirm-password";
import { flag } from "@/lib/request/fields";
import { Problem, type ProblemCode } from "@/lib/request/problem";
import { refuseEasyPassword } from "@/lib/request/refuse-easy-password";
import { changeRoute } from "@/lib/request/route";
import { sessionAnswer } from "@/lib/request/session-view";
import { type SignedIn, signedInOf } from "@/lib/request/signed-in";
import { successorOf } from "@/lib/request/successor";
import { cookieOf, readSession, type Visit } from "@/lib/request/visit";
import { ended, type LiveSession, type NoSession, SessionBusy } from "@/lib/session/session-store";

const why = "password-change";

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
    const found = await readSession(visit, "peek");
    if (found.state === "ended") return earlierOr(visit, found, "sign-in");
    const old = signedInOf(found);
    const { user } = old.session;
    await refuseEasyPassword({ password: next, userName: user.name, field: "next" });
    const account = await confirmPassword(visit, old, current);
    const passwordHash = account && (await hashNewPassword(visit, next));
    // That took a while: who was signed out meanwhile changes nothing any more.
    const now = account ? await readSession(visit, "peek") : old;
    if (now.state !== "live") return earlierOr(visit, now, "session-changed");
    const isChanged =
      account && passwordHash && (await accountsOf(visit).changePassword(account, passwordHash));
    if (!isChanged && !(await wasChanged(visit, old, next)))
      throw new Problem("bad-credentials", { field: "current" });
    // Before the rotation: whoever ends this very session meanwhile does not save the others by it.
    if (endOthers) {
      const others = (await visit.sessions.list(user.id)).map(({ id }) => id).filter((id) => id !== old.id);
      await visit.sessions.endAll(user.id, others, why);
    }
    const live = await newIdOf(visit, old);
    return live.state === "live" ? answerOf(visit, live) : earlierOr(visit, live, "session-changed");
  },
});

/**
 * Whether a request with an idempotency key comes again, or beside itself, after it has changed the password and before the
 * session had its new ID: then the new password is the account's. It counts as another attempt.
 */
async function wasChanged(visit: Visit, old: SignedIn, next: string): Promise<boolean> {
  return visit.request !== undefined && (await confirmPassword(visit, old, next)) !== null;
}

/** The session under a new ID. Where somebody changes it so fast that it gets none, it ends: they have a copy of it. */
async function newIdOf({ sessions, request }: Visit, old: LiveSession): Promise<LiveSession | NoSession> {
  try {
    return await sessions.rotate(old, (session) => session, { keepClocks: true, why, request });
  } catch (error) {
    if (!(error instanceof SessionBusy)) throw error;
    await sessions.end(old.id, why);
    return ended;
  }
}

/**
 * What this very request was answered before, where it has put a new session in the place of the one that is gone.
 *
 * @throws Problem `otherwise`
 */
async function earlierOr(visit: Visit, gone: NoSession, otherwise: ProblemCode): Promise<Answer> {
  const earlier = gone.state === "ended" && (await successorOf(visit, gone));
  if (!earlier) throw new Problem(otherwise);
  return answerOf(visit, earlier);
}

async function answerOf(visit: Visit, live: LiveSession): Promise<Answer> {
  return { body: await sessionAnswer(live), setCookie: await cookieOf(visit, live) };
}
