import { get } from "@/lib/session";
import { sessionAnswer } from "@/lib/session-view";

/** The session of the visitor. `?peek=1` reads it without starting its idle timeout again. */
export const GET = get({
  lazy: true,
  async handler(session, { url }) {
    const { current } = await session.read({ renew: url.searchParams.get("peek") !== "1" });
    return sessionAnswer(current);
  },
});
