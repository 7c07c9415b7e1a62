import { changeOrBeginSession, changeSession } from "@carryover/session/internal/next/change-session";
import { profileFields } from "@/lib/request/fields";
import { sessionAnswer } from "@/lib/request/session-view";
import { changeRoute } from "@/lib/routes";
import { editProfile } from "@/lib/session-definition";

/** Changes the given fields of the profile. A theme alone is worth beginning a session for. */
export const POST = changeRoute({
  formPage: "/profile",
  fields: profileFields,
  async change(visit, fields) {
    const themeAlone = Object.keys(fields).join() === "theme";
    const change = themeAlone ? changeOrBeginSession : changeSession;
    const { live, setCookie } = await change(visit, (session) => editProfile(session, fields));
    return { body: await sessionAnswer(live), setCookie };
  },
});
