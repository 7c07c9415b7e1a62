import { z } from "zod/mini";
import { confirmPassword, mustConfirm } from "@/lib/request/confirm-password";
import { sessionsByHandle } from "@/lib/request/device-list";
import { flag } from "@/lib/request/fields";
import { Problem } from "@/lib/request/problem";
import { changeRoute } from "@/lib/request/route";
import { requireSignIn, type SignedIn } from "@/lib/request/signed-in";
import { clearedCookieOf, type Visit } from "@/lib/request/visit";
import type { LiveSession } from "@/lib/session/session-store";

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
    const current = await requireSignIn(visit, "peek");
    await requireConfirmation(visit, current, wanted.password);
    const { user } = current.session;
    const chosen = choose(await sessionsByHandle(visit, user.id), current, wanted);
    const ended = await visit.sessions.endAll(
      user.id,
      chosen.map(({ id }) => id),
    );
    const isOver = chosen.some(({ id }) => id === current.id);
    return { body: { ended }, ...(isOver && { setCookie: clearedCookieOf(visit), thenPage: "/" }) };
  },
});

async function requireConfirmation(visit: Visit, current: SignedIn, password = ""): Promise<void> {
  if (!mustConfirm(current)) return;
  const confirmed = password !== "" && (await confirmPassword(visit, current, password));
  if (!confirmed) throw new Problem("confirm", { field: "password" });
}

function choose(byHandle: ReadonlyMap<string, LiveSession>, current: SignedIn, { handle, others }: Fields) {
  if (handle === undefined) return [...byHandle.values()].filter(({ id }) => !others || id !== current.id);
  const chosen = byHandle.get(handle);
  if (!chosen) throw new Problem("not-found");
  return [chosen];
}
