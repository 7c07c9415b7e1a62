import { listDevices } from "@/lib/request/device-list";
import { readRoute } from "@/lib/request/route";
import { requireSignIn } from "@/lib/request/signed-in";
import { sessionHandle } from "@/lib/session/session-id";

/** The sessions of the signed-in user, newest first. */
export const GET = readRoute(async (visit) => {
  const { id, session } = await requireSignIn(visit, "slide");
  return { body: await listDevices(visit, session.user.id, await sessionHandle(id)) };
});
