import { Problem } from "@carryover/session";
import { Answer } from "@carryover/session/next";
import type { LiveSession, NoSession } from "@carryover/session/redis";
import { addToCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeCart } from "@/lib/change-cart";
import { type ShopContext, server } from "@/lib/session";
import { type SessionData, session } from "@/lib/session-definition";

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
  const { sessions } = context;
  const draft = {
    user: null,
    data: session.initial(),
    idleSeconds: SCRATCH_SECONDS,
    servedBy: server.name,
    device: "a race",
  };
  const live = await context.withinBeginLimit(
    () => sessions.create(draft),
    async (begun) => begun.state === "live" && sessions.destroy(begun.id, "too-many"),
  );
  if (live.state !== "live") throw new Problem({ code: "session-changed" });
  return new Answer(describeState(live), { cookies: [await scratchCookie(context, live.id)] });
}

// The scratch session has a cookie of its own, for its one route. The seal says what it is for, so that neither this cookie
// nor the visitor's passes for the other.
const purpose = "race";
const cookieName = ({ site }: ShopContext) => (site.secure ? "__Secure-race" : "race");

async function scratchCookie(context: ShopContext, id: LiveSession["id"]) {
  const value = await context.sealId(id, { purpose, ttlSeconds: SCRATCH_SECONDS });
  const { secure } = context.site;
  const [maxAgeSeconds, path] = [SCRATCH_SECONDS, "/api/proof/race"];
  return { name: cookieName(context), value, maxAgeSeconds, path, secure };
}

async function scratchId(context: ShopContext): Promise<LiveSession["id"] | null> {
  const pairs = (context.headers.get("cookie") ?? "").split("; ").map((pair) => pair.split("="));
  const [, seal] = pairs.find(([name]) => name === cookieName(context)) ?? [];
  return seal ? context.openSealedId(seal, { purpose }) : null;
}

const addTote = changeCart((cart) => addToCart(cart, "tote", 1));

function addOne<S extends { readonly data: SessionData }>(scratch: S): S {
  return { ...scratch, data: addTote(scratch.data) };
}

function describeState(found: LiveSession<SessionData> | NoSession) {
  const items = found.state === "live" ? priceCart(found.session.data.cart).quantity : null;
  return { state: found.state, items };
}
