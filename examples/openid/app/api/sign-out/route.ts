import { Answer } from "@carryover/session/next";
import { z } from "zod/mini";
import { signOutUrl } from "@/lib/openid";
import { post } from "@/lib/session";

/** Signs out here, and then leads to the provider, which asks whether to sign out there as well. */
export const POST = post({
  formPage: "/account",
  nextIsPage: false,
  fields: z.object({}),
  handler: async (session, _, { site }) => {
    const wasSignedIn = session.user !== null;
    await session.signOut(); // throws StoreUnavailable in an outage: the user is still signed in
    const url = wasSignedIn ? await signOutUrl(site) : null;
    return new Answer({ url }, { successPage: url ?? "/" });
  },
});
