import { inspectSession } from "@/lib/proof/inspect-session";
import { get } from "@/lib/session";

/** What the visitor's browser and Redis hold of the session, masked. */
export const GET = get({ lazy: true, handler: inspectSession });
