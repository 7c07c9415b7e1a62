import { parseSameSitePath } from "@carryover/session";
import { Answer } from "@carryover/session/next";
import { z } from "zod/mini";
import { beginSignIn } from "@/lib/openid";
import { isNoSession, post } from "@/lib/session";
import { MAX_PENDING } from "@/lib/session-definition";

/** Begins a sign-in. A POST, so that no other site, no prefetch and no crawler begins a session. */
export const POST = post({
  formPage: "/login",
  // Not yet: first to the provider.
  nextIsPage: false,
  fields: z.object({ next: z.optional(z.string()) }),
  handler: async (session, { next }, { site }) => {
    const { pending, url } = await beginSignIn(site, parseSameSitePath(next) ?? "/account");
    const keep = () =>
      session.updateOrCreate((data) => ({
        ...data,
        pending: [...data.pending, pending].slice(-MAX_PENDING),
      }));
    try {
      await keep();
    } catch (refusal) {
      if (!isNoSession(refusal)) throw refusal;
      // It has just ended, and does not begin again by itself. Whoever wants to sign in gets a new one in its place.
      await session.signOut();
      await keep();
    }
    return new Answer({ url }, { successPage: url });
  },
});
