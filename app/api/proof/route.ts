import { lookUnderTheHood } from "@/lib/request/hood";
import { readRoute } from "@/lib/routes";

/** What the visitor's browser and Redis hold of the session, masked. */
export const GET = readRoute(async (visit) => ({ body: await lookUnderTheHood(visit) }));
