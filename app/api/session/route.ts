import { readSession } from "@carryover/session/internal/next/visit";
import { sessionAnswer } from "@/lib/request/session-view";
import { readRoute } from "@/lib/routes";

/** The session of the visitor. `?peek=1` reads it without starting its idle clock again. */
export const GET = readRoute(async (visit, url) => {
  const found = await readSession(visit, url.searchParams.get("peek") === "1" ? "peek" : "slide");
  return { body: await sessionAnswer(found.state === "live" ? found : null) };
});
