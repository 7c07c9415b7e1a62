import { createRoutes } from "@carryover/session/internal/next/route";
import { visitOf } from "@/lib/visit";

export const { readRoute, changeRoute } = createRoutes(visitOf);
