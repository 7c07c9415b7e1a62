import { requireSignIn } from "@carryover/session/internal/next/signed-in";
import { sessionHandle } from "@carryover/session/internal/session-id";
import { listDevices } from "@/lib/request/device-list";
import { readRoute } from "@/lib/routes";

/** The sessions of the signed-in user, newest first. */
export const GET = readRoute(async (visit) => {
  const { id, session } = await requireSignIn(visit, "slide");
  return { body: await listDevices(visit, session.user.id, await sessionHandle(id)) };
});
