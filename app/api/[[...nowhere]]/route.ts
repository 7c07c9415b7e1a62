import { Problem } from "@carryover/session/internal/next/problem";
import { readRoute } from "@/lib/routes";

const nowhere = readRoute(async () => {
  throw new Problem("not-found");
});

/** Where no other handler is, and for files that there are not: next.config.mjs leads here. */
export { nowhere as GET, nowhere as POST };
