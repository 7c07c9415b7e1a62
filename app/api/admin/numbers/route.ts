import { sessionNumbers } from "@/lib/admin/active-sessions";
import { forOperators } from "@/lib/admin/for-operators";
import { notFound } from "@/lib/not-found";
import { get } from "@/lib/session";

/** How many sessions live, and what became of sessions in the last hour. */
export const GET = forOperators(get({ lazy: true, handler: sessionNumbers }));
export { notFound as POST };
