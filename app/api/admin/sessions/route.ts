import { Problem } from "@carryover/session";
import { signedInUser } from "@/lib/account/confirm-password";
import { activeSessions } from "@/lib/admin/active-sessions";
import { forOperators } from "@/lib/admin/for-operators";
import { pageFields } from "@/lib/admin/session-filter";
import { notFound } from "@/lib/not-found";
import { get } from "@/lib/session";

/** The active sessions that meet the query's conditions, a page of them. */
export const GET = forOperators(
  get({
    lazy: true,
    async handler(session, { url, redis, keys }) {
      const fields = pageFields.safeParse(Object.fromEntries(url.searchParams));
      const [field] = fields.error?.issues[0]?.path ?? [];
      if (!fields.success)
        throw new Problem({ code: "invalid", field: typeof field === "string" ? field : undefined });
      return activeSessions({ redis, keys, own: await signedInUser(session) }, fields.data);
    },
  }),
);
export { notFound as POST };
