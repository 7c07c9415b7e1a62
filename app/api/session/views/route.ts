import { z } from "zod/mini";
import { post, server } from "@/lib/session";
import { countView } from "@/lib/session-definition";
import { answerOf } from "@/lib/session-view";

/** Counts one view for the server that answers. */
export const POST = post({
  formPage: "/profile",
  lazy: true,
  fields: z.object({}),
  async handler(session) {
    await session.update((data) => countView(data, server.name));
    return answerOf(session);
  },
});
