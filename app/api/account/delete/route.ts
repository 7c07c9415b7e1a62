import { z } from "zod/mini";
import { deleteAccount } from "@/lib/account/delete-account";
import { post } from "@/lib/session";

/** Deletes the account of the signed-in user with all their sessions and carts, on every device. For good. */
export const POST = post({
  formPage: "/profile",
  successPage: "/",
  returnsToFormWhenBusy: true,
  lazy: true,
  fields: z.object({ password: z._default(z.string().check(z.maxLength(1024)), "") }),
  async handler(session, { password }, context) {
    if (!(await session.wasDone())) await deleteAccount(session, context, password);
    return { deleted: true };
  },
});
