import { Answer } from "@carryover/session/next";
import { z } from "zod/mini";
import { requireConfirmed, signedInUser } from "@/lib/account/confirm-password";
import { forOperators } from "@/lib/admin/for-operators";
import { filterFields, isFiltered, sessionFilterOf } from "@/lib/admin/session-filter";
import { flag } from "@/lib/fields";
import { notFound } from "@/lib/not-found";
import { admin, post } from "@/lib/session";

const fields = z
  .object({
    ...filterFields.shape,
    handle: z.optional(z.string().check(z.maxLength(64))),
    many: z.optional(flag),
    dryRun: z.optional(flag),
    password: z.optional(z.string().check(z.maxLength(1024))),
  })
  .check(
    z.refine(
      ({ handle, many, dryRun, password: _, ...conditions }) => {
        return many ? handle === undefined && isFiltered(conditions) : handle !== undefined && !dryRun;
      },
      { path: ["handle"] },
    ),
  );

/** Ends one session, or all that meet the conditions, of which there is one at least; `dryRun` counts those alone. */
export const POST = forOperators(
  post({
    formPage: "/admin",
    returnsToFormWhenBusy: true,
    lazy: true,
    fields,
    async handler(session, { handle, many, dryRun = false, password = "", ...conditions }, context) {
      const own = await signedInUser(session);
      if (!dryRun) await requireConfirmed(context, own, password);
      const by = { userName: own.user.name };
      if (handle === own.handle) {
        await session.signOut();
        return new Answer({ ended: 1 }, { successPage: "/" });
      }
      if (!many) return { ended: Number(await admin.revoke({ handle: handle ?? "" }, { by })) };
      const filter = await sessionFilterOf(context, conditions, own.nowMs);
      const revoked = filter ? await admin.revokeWhere(filter, { by, dryRun }) : { matched: 0, ended: 0 };
      if (dryRun) return revoked;
      const { current } = await session.read({ again: true, renew: false });
      if (current) return new Answer(revoked, { successPage: `/admin?ended=${revoked.ended}` });
      // It was among them: the browser's cookie goes with it.
      await session.signOut();
      return new Answer(revoked, { successPage: "/" });
    },
  }),
);
export { notFound as GET };
