import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Problem, type SessionDataOf } from "@carryover/session";
import type { RequestSession } from "@carryover/session/next";
import { Answer } from "@carryover/session/next";
import { z } from "zod/mini";
import { finishSignIn } from "@/lib/openid";
import { callback, isNoSession } from "@/lib/session";
import type { PendingSignIn, session } from "@/lib/session-definition";
import { userOf } from "@/lib/users";

/** Where the provider sends the browser back to. */
export const GET = callback({
  successPage: "/account",
  errorPage: "/login",
  fields: z.object({
    state: z.string(),
    code: z.optional(z.string()),
    error: z.optional(z.string()),
  }),
  idempotencyKey: ({ code }) => code,
  async handler(session, { state, error }, { url, site, redis, keys }) {
    const pending = session.data.pending.find((each) => each.state === state);
    if (!pending) {
      // Loaded again: it has signed in already, and the code is used.
      if (session.user || (await session.wasDone())) return;
      // Another browser's, or an old one. Nothing is asked of the provider, so the code stays its owner's.
      throw unknownSignIn();
    }
    const answer = new Answer(null, { successPage: pending.next });
    if (!(await take(session, state))) {
      if (await isDoneSoon(session)) return answer;
      throw unknownSignIn();
    }
    if (error !== undefined) {
      const code = error === "access_denied" ? "access-denied" : "provider-refused";
      throw new Problem({ code, status: 400, detail: "The provider has refused this sign-in." });
    }
    const identity = await finishSignIn(site, url.search, pending);
    await session.signIn(await userOf(identity, { redis, keys }));
    return answer;
  },
});

type AppSession = RequestSession<SessionDataOf<typeof session>>;

/**
 * Takes the sign-in for this request, in one step: of two callbacks that come at once, one gets it. A provider that
 * sees a code twice takes it for stolen and may revoke what the first one has brought (RFC 6749, 4.1.2).
 */
async function take(session: AppSession, state: string): Promise<boolean> {
  const taker = randomUUID();
  const take = (each: PendingSignIn): PendingSignIn =>
    each.state === state && each.takenBy === "" ? { ...each, takenBy: taker } : each;
  try {
    await session.update((data) => ({ ...data, pending: data.pending.map(take) }));
  } catch (refusal) {
    // The other one has signed in since this one has read the session, and that has a new ID now.
    if (isNoSession(refusal)) return false;
    throw refusal;
  }
  // What the session says now counts: the change may have run for nothing, where the other one was faster.
  return session.data.pending.some(({ takenBy }) => takenBy === taker);
}

/** Whether the same callback, which came a moment earlier, signs in: then this is its answer as well. */
async function isDoneSoon(session: AppSession): Promise<boolean> {
  for (const pauseMs of [0, 100, 300, 600, 1_000]) {
    await pause(pauseMs);
    await session.read({ again: true, renew: false });
    if (await session.wasDone()) return true;
  }
  return false;
}

function unknownSignIn(): Problem {
  return new Problem({ code: "unknown-sign-in", status: 400, detail: "This browser has not begun it." });
}
