import { Problem } from "@carryover/session";
import { Answer, instanceName } from "@carryover/session/next";
import type { LiveSession, NoSession } from "@carryover/session/redis";
import { addToCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeCart } from "@/lib/change-cart";
import type { ShopContext } from "@/lib/session";
import { type SessionData, session } from "@/lib/session-definition";
import { raceCookie } from "./race-cookie";

/**
 * A race on a scratch session: `begin` one, `add` an item to its cart, `end` it, `read` what is left of it. The steps are
 * the store's own, those of the shop's cart and of its log-out.
 */
export const raceSteps = ["begin", "add", "end", "read"] as const;

export type RaceStep = (typeof raceSteps)[number];

/** A scratch session needs no more; nobody comes back to it. */
const SCRATCH_SECONDS = 60;

/** @throws Problem `no-session` for an `add` that finds no live one, `slow-down`; StoreUnavailable */
export async function raceStep(context: ShopContext, step: RaceStep): Promise<unknown> {
  const id = await scratchId(context);
  switch (step) {
    case "begin":
      if (id) await context.sessions.destroy(id, "rotated");
      return begin(context);
    case "add": {
      const found = id && (await context.sessions.update(id, addOne));
      if (found?.state !== "live") throw new Problem({ code: "no-session" });
      return describeState(found);
    }
    case "end":
      return { endedNow: id !== null && (await context.sessions.destroy(id)) };
    case "read":
      return describeState(id ? await context.sessions.peek(id) : { state: "absent" });
  }
}

async function begin(context: ShopContext): Promise<unknown> {
  const { sessions, env, site } = context;
  const draft = {
    user: null,
    data: session.initial(),
    idleSeconds: SCRATCH_SECONDS,
    servedBy: instanceName(),
    device: "a race",
  };
  const live = await context.withinBeginLimit(
    () => sessions.create(draft),
    async (begun) => begun.state === "live" && sessions.destroy(begun.id, "too-many"),
  );
  if (live.state !== "live") throw new Problem({ code: "session-changed" });
  const options = { env, secure: site.secure, leftMs: SCRATCH_SECONDS * 1000 };
  return new Answer(describeState(live), { cookies: [await raceCookie.sealed(live.id, options)] });
}

async function scratchId({ headers, site, env }: ShopContext) {
  return raceCookie.open(raceCookie.values(headers.get("cookie"), { env, secure: site.secure }), env);
}

const addTote = changeCart((cart) => addToCart(cart, "tote", 1));

function addOne<S extends { readonly data: SessionData }>(scratch: S): S {
  return { ...scratch, data: addTote(scratch.data) };
}

function describeState(found: LiveSession<SessionData> | NoSession) {
  const items = found.state === "live" ? priceCart(found.session.data.cart).quantity : null;
  return { state: found.state, items };
}
