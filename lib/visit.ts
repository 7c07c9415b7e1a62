export type { SessionChange } from "@carryover/session/internal/next/change-session";
export type { SignedIn } from "@carryover/session/internal/next/signed-in";
export { type Visit, visitOf } from "@carryover/session/internal/next/visit";
