import { z } from "zod/mini";
import { deleteAccount } from "@/lib/request/delete-account";
import { changeRoute } from "@/lib/request/route";
import { requireSignIn } from "@/lib/request/signed-in";
import { clearedCookieOf } from "@/lib/request/visit";

/** Deletes the account of the signed-in user with all their sessions and carts, on every device. For good. */
export const POST = changeRoute({
  formPage: "/profile",
  thenPage: "/",
  busyGoesBack: true,
  fields: z.object({ password: z._default(z.string().check(z.maxLength(1024)), "") }),
  async change(visit, { password }) {
    const current = await requireSignIn(visit, "peek");
    const ended = await deleteAccount(visit, current, password);
    // Not where another tab has just replaced this session: its cookie is on its way.
    const isOver = ended.includes(current.id);
    return { body: { deleted: true }, setCookie: isOver ? clearedCookieOf(visit) : undefined };
  },
});
