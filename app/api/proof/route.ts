import { readRoute } from "@carryover/session/internal/next/route";
import { lookUnderTheHood } from "@/lib/request/hood";

/** What the visitor's browser and Redis hold of the session, masked. */
export const GET = readRoute(async (visit) => ({ body: await lookUnderTheHood(visit) }));
