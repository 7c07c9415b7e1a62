import { profileFields } from "@/lib/fields";
import { post } from "@/lib/session";
import { editProfile } from "@/lib/session-definition";
import { answerOf } from "@/lib/session-view";

/** Changes the given fields of the profile. A theme alone begins a session. */
export const POST = post({
  formPage: "/profile",
  lazy: true,
  fields: profileFields,
  async handler(session, fields) {
    const isThemeAlone = Object.keys(fields).join() === "theme";
    const edit = editProfile(fields);
    await (isThemeAlone ? session.updateOrCreate(edit) : session.update(edit));
    return answerOf(session);
  },
});
