import { get } from "@/lib/session";

/** The sessions of the signed-in user, newest first. */
export const GET = get((session) => session.list());
