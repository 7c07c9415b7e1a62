import type { KnownSession } from "@/lib/session-definition";
import { visitOf } from "@/lib/visit";
import "server-only";
import type { OfUser } from "@carryover/session/internal/next/known-session";
import { headers } from "next/headers";
import { type ListedDevice, listDevices } from "./device-list";

/** The devices of the signed-in user: two requests to Redis besides the session's own. @throws StoreUnavailable */
export async function currentDevices({ handle, session }: OfUser<KnownSession>): Promise<ListedDevice[]> {
  return listDevices(visitOf(await headers()), session.user.id, handle);
}
