import { Answer } from "@carryover/session/next";
import { z } from "zod/mini";
import { requireConfirmed, signedInUser } from "@/lib/account/confirm-password";
import { flag } from "@/lib/fields";
import { post } from "@/lib/session";

const fields = z
  .object({
    handle: z.optional(z.string().check(z.maxLength(64))),
    others: z.optional(flag),
    all: z.optional(flag),
    password: z.optional(z.string().check(z.maxLength(1024))),
  })
  .check(
    z.refine(
      ({ handle, others, all }) => [handle, others, all].filter((each) => each !== undefined).length === 1,
      { path: ["handle"] },
    ),
  );

/** Ends sessions of the signed-in user: one, all others, or all. */
export const POST = post({
  formPage: "/sessions",
  returnsToFormWhenBusy: true,
  lazy: true,
  fields,
  async handler(session, { handle, others, password = "" }, context) {
    // A repetition, after the request has ended its own session: it is done.
    if (await session.wasDone()) return new Answer({ ended: 0 }, { successPage: "/" });
    const current = await signedInUser(session);
    await requireConfirmed(context, current, password);
    const ended = await (handle !== undefined
      ? session.revoke(handle)
      : others
        ? session.revokeOthers()
        : session.revokeAll());
    const isOwnOver = (await session.read()).current === null;
    return new Answer({ ended }, isOwnOver ? { successPage: "/" } : {});
  },
});
