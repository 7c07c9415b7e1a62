import { lookUnderTheHood } from "@/lib/proof/hood";
import { get } from "@/lib/session";

/** What the visitor's browser and Redis hold of the session, masked. */
export const GET = get({ lazy: true, handler: (_, context) => lookUnderTheHood(context) });
