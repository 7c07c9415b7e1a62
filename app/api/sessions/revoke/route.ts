import { z } from "zod/mini";
import type { Answer } from "@/lib/request/answer";
import { confirmPassword, mustConfirm } from "@/lib/request/confirm-password";
import { sessionsByHandle } from "@/lib/request/device-list";
import { flag } from "@/lib/request/fields";
import { logOutage } from "@/lib/request/log-outage";
import { Problem } from "@/lib/request/problem";
import { changeRoute } from "@/lib/request/route";
import { type SignedIn, signedInOf } from "@/lib/request/signed-in";
import { clearedCookieOf, readSession, type Visit } from "@/lib/request/visit";
import { isRepetition } from "@/lib/session/request-digest";
import { type LiveSession, StoreUnavailable } from "@/lib/session/session-store";

const fields = z
  .object({
    handle: z.optional(z.string().check(z.maxLength(64))),
    others: z.optional(flag),
    all: z.optional(flag),
    password: z.optional(z.string().check(z.maxLength(1024))),
  })
  .check(
    z.refine(
      ({ handle, others, all }) => [handle, others, all].filter((each) => each !== undefined).length === 1,
      { path: ["handle"] },
    ),
  );

type Fields = z.output<typeof fields>;

/** Ends sessions of the signed-in user: one, all others, or all. */
export const POST = changeRoute({
  formPage: "/sessions",
  busyGoesBack: true,
  fields,
  async change(visit, wanted) {
    const found = await readSession(visit, "peek");
    // Sent again by whoever has ended their own session with it: it is done.
    if (found.state === "ended" && isRepetition(found.request, visit.request))
      return answerOf(visit, 0, true);
    const current = signedInOf(found);
    await requireConfirmation(visit, current, wanted.password);
    const { user } = current.session;
    const chosen = choose(await sessionsByHandle(visit, user.id, current), current, wanted);
    if (!chosen) return answerOf(visit, await endedBefore(visit, current), false);
    const ids = chosen.map(({ id }) => id);
    const isOwnOver = ids.includes(current.id);
    const forgotten = isOwnOver ? null : await remember(visit, current);
    const ended = await visit.sessions.endAll(user.id, ids, "revoked", visit.request);
    if (forgotten) logOutage(visit, forgotten);
    return answerOf(visit, ended, isOwnOver);
  },
});

/**
 * Lets the session remember this request, before anything ends: a key that belongs to another request ends nothing.
 *
 * @returns why it cannot: a full Redis ends sessions all the same
 * @throws IdempotencyKeyReused
 */
async function remember({ sessions, request }: Visit, { id }: SignedIn): Promise<StoreUnavailable | null> {
  try {
    if (request) await sessions.update(id, (session) => session, request);
    return null;
  } catch (error) {
    if (error instanceof StoreUnavailable) return error;
    throw error;
  }
}

/**
 * That this request has ended its session before: then the session of its user remembers it.
 *
 * @throws Problem `not-found` where it does not
 */
async function endedBefore({ sessions, request }: Visit, { id }: SignedIn): Promise<0> {
  const refuse = () => {
    throw new Problem("not-found");
  };
  await (request ? sessions.update(id, refuse, request) : refuse());
  return 0;
}

function answerOf(visit: Visit, ended: number, isOwnOver: boolean): Answer {
  return { body: { ended }, ...(isOwnOver && { setCookie: clearedCookieOf(visit), thenPage: "/" }) };
}

async function requireConfirmation(visit: Visit, current: SignedIn, password = ""): Promise<void> {
  if (!mustConfirm(current)) return;
  const confirmed = password !== "" && (await confirmPassword(visit, current, password));
  if (!confirmed) throw new Problem("confirm", { field: "password" });
}

function choose(byHandle: ReadonlyMap<string, LiveSession>, current: SignedIn, { handle, others }: Fields) {
  if (handle === undefined) return [...byHandle.values()].filter(({ id }) => !others || id !== current.id);
  const chosen = byHandle.get(handle);
  return chosen ? [chosen] : null;
}
