import type { HiddenPages } from "@carryover/session/middleware";
import { operates } from "./operates";

/** The pages that are there for operators alone. */
export const operatorPages = {
  pages: ["/admin", "/admin/end"],
  isShownTo: (user, context) => operates(context, user),
} as const satisfies HiddenPages;
