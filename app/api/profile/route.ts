import { changeOrBeginSession, changeSession } from "@/lib/request/change-session";
import { profileFields } from "@/lib/request/fields";
import { changeRoute } from "@/lib/request/route";
import { sessionAnswer } from "@/lib/request/session-view";
import { editProfile } from "@/lib/session/session";

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
