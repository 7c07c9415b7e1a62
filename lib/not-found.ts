import { Problem } from "@carryover/session";
import { get } from "@/lib/session";

/** Answers 404, whatever is asked: where there is no handler, and where there is none for this user. No request to Redis. */
export const notFound = get({
  lazy: true,
  handler() {
    throw new Problem({ code: "not-found" });
  },
});
