export { changeRoute, readRoute } from "@carryover/session/internal/next/route";
