import { z } from "zod/mini";
import { deleteAccount } from "@/lib/request/delete-account";
import { changeRoute } from "@/lib/request/route";
import { signedInOf } from "@/lib/request/signed-in";
import { clearedCookieOf, readSession } from "@/lib/request/visit";
import { isRepetition } from "@/lib/session/request-digest";

/** Deletes the account of the signed-in user with all their sessions and carts, on every device. For good. */
export const POST = changeRoute({
  formPage: "/profile",
  thenPage: "/",
  busyGoesBack: true,
  fields: z.object({ password: z._default(z.string().check(z.maxLength(1024)), "") }),
  async change(visit, { password }) {
    const found = await readSession(visit, "peek");
    const isOver = { body: { deleted: true }, setCookie: clearedCookieOf(visit) };
    // Sent again: it is done.
    if (found.state === "ended" && isRepetition(found.request, visit.request)) return isOver;
    const current = signedInOf(found);
    const ended = await deleteAccount(visit, current, password);
    // Not where another tab has just replaced this session: its cookie is on its way.
    return ended.includes(current.id) ? isOver : { body: isOver.body };
  },
});
