import { Problem } from "@carryover/session";
import { get } from "@/lib/session";

const nowhere = get({
  lazy: true,
  handler() {
    throw new Problem({ code: "not-found" });
  },
});

/** Where no other handler is, and for files that there are not: next.config.mjs leads here. */
export { nowhere as GET, nowhere as POST };
