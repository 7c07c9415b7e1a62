import { sealedCookie } from "@carryover/session/next";

/**
 * The cookie of a scratch session that the proof's races run on. Only their one route ever sees it, and neither it nor the
 * visitor's passes for the other: the seal says what it is for.
 */
export const raceCookie = sealedCookie({
  purpose: "race",
  suffix: "-race",
  prefix: "__Secure-",
  path: "/api/proof/race",
});
