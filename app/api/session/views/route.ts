import { z } from "zod/mini";
import { changeSession } from "@/lib/request/change-session";
import { instanceName } from "@/lib/request/instance";
import { changeRoute } from "@/lib/request/route";
import { sessionAnswer } from "@/lib/request/session-view";
import { countView } from "@/lib/session/session";

/** Counts one view for the server that answers. */
export const POST = changeRoute({
  formPage: "/profile",
  fields: z.object({}),
  async change(visit) {
    const { live } = await changeSession(visit, (session) => countView(session, instanceName()));
    return { body: await sessionAnswer(live) };
  },
});
