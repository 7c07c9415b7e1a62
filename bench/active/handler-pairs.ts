import { randomUUID } from "node:crypto";
import { createVisitor } from "@carryover/session/internal/testing/test-visitor";
import { createSessions } from "@carryover/session/next";
import { z } from "zod/mini";
import { session } from "@/lib/session-definition";

/** A begin and an end of a session as a browser asks for them: a request to a handler each, from the cookie to the cookie. */
export function handlerPair(activeIndex: boolean) {
  const { post } = createSessions(session, { activeIndex, events: () => {} });
  const options = { formPage: "/", lazy: true, fields: z.object({}) } as const;
  const begin = post({ ...options, handler: (own) => own.updateOrCreate((data) => data) });
  const signIn = post({ ...options, handler: (own) => own.signIn({ id: randomUUID(), name: "ada" }) });
  const end = post({ ...options, handler: (own) => own.signOut() });
  return (isSignedIn: boolean) => async () => {
    const visitor = createVisitor();
    await visitor.post(isSignedIn ? signIn : begin);
    await visitor.post(end);
  };
}
