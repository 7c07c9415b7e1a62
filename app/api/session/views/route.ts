import { changeSession } from "@carryover/session/internal/next/change-session";
import { instanceName } from "@carryover/session/internal/next/instance";
import { z } from "zod/mini";
import { sessionAnswer } from "@/lib/request/session-view";
import { changeRoute } from "@/lib/routes";
import { countView } from "@/lib/session-definition";

/** Counts one view for the server that answers. */
export const POST = changeRoute({
  formPage: "/profile",
  fields: z.object({}),
  async change(visit) {
    const { live } = await changeSession(visit, (session) => countView(session, instanceName()));
    return { body: await sessionAnswer(live) };
  },
});
