import { Problem } from "@carryover/session";
import { get } from "@/lib/session";

const notFound = get({
  lazy: true,
  handler() {
    throw new Problem({ code: "not-found" });
  },
});

/** Answers 404 for paths without a handler, and, by a rewrite in next.config.mjs, for missing files. */
export { notFound as GET, notFound as POST };
