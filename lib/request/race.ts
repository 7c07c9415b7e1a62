import type { Answer } from "@carryover/session/internal/next/answer";
import { beginWithinLimit } from "@carryover/session/internal/next/begin-limit";
import { beginningOf } from "@carryover/session/internal/next/beginning";
import { Problem } from "@carryover/session/internal/next/problem";
import type { SessionId } from "@carryover/session/internal/session-id";
import type { NoSession } from "@carryover/session/internal/session-store";
import { addToCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { raceCookie } from "@/lib/cookie/race-cookie";
import type { LiveSession } from "@/lib/session-definition";
import { anonymousSession, changeCart, type Session } from "@/lib/session-definition";
import type { Visit } from "@/lib/visit";

/**
 * A race on a scratch session: `begin` one, `add` an item to its cart, `end` it, `read` what is left of it. The steps are
 * the store's own, those of the shop's cart and of its log-out.
 */
export const raceSteps = ["begin", "add", "end", "read"] as const;

export type RaceStep = (typeof raceSteps)[number];

/** A scratch session needs no more; nobody comes back to it. */
const SCRATCH_SECONDS = 60;

/** @throws Problem `no-session` for an `add` that finds no live one, `slow-down`; StoreUnavailable */
export async function raceStep(visit: Visit, step: RaceStep): Promise<Answer> {
  const id = await scratchId(visit);
  switch (step) {
    case "begin":
      if (id) await visit.sessions.end(id, "rotated");
      return begin(visit);
    case "add": {
      const found = id && (await visit.sessions.update(id, addOne));
      if (found?.state !== "live") throw new Problem("no-session");
      return { body: told(found) };
    }
    case "end":
      return { body: { endedNow: id !== null && (await visit.sessions.end(id)) } };
    case "read":
      return { body: told(id ? await visit.sessions.peek(id) : { state: "absent" }) };
  }
}

async function begin(visit: Visit): Promise<Answer> {
  const live = await beginWithinLimit(visit, anonymousSession(beginningOf(visit, SCRATCH_SECONDS)));
  if (live.state !== "live") throw new Problem("session-changed");
  const options = { env: visit.env, secure: visit.site.secure, leftMs: SCRATCH_SECONDS * 1000 };
  return { body: told(live), setCookie: await raceCookie.setCookie(live.id, options) };
}

function scratchId({ headers, site, env }: Visit): Promise<SessionId | null> {
  return raceCookie.open(raceCookie.values(headers.get("cookie"), { env, secure: site.secure }), env);
}

function addOne(session: Session): Session {
  return changeCart(session, (cart) => addToCart(cart, "tote", 1));
}

function told(found: LiveSession | NoSession) {
  const items = found.state === "live" ? priceCart(found.session.data.cart).quantity : null;
  return { state: found.state, items };
}
