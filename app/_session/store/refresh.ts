import { pendingCart } from "@/lib/cart/pending-cart";
import { correctedClock } from "../expiry/session-expiry";
import type { LiveSession, LiveState, LiveStore } from "./live-store";
import { pageNow } from "./page-now";
import type { ToldSession } from "./parsed-session";
import { askSession } from "./session-requests";
import { announce } from "./tab-channel";

/** Asks how the session is, and shows it. `undefined`: nobody could be asked, and nothing is claimed. */
export async function look(
  live: LiveStore,
  clock: "peek" | "slide" = "peek",
): Promise<ToldSession | null | undefined> {
  const askedAtMs = pageNow();
  const before = live.get().cart;
  live.set(({ watch }) => ({ watch: { ...watch, askedAtMs } }));
  const told = await askSession(clock);
  live.set((state) => {
    if (told === undefined) return { watch: { ...state.watch, isOutOfReach: true } };
    const watch = { ...state.watch, isOutOfReach: false, lookedAtMs: pageNow() };
    // What was changed here meanwhile is newer than what was asked before.
    const isNews = told !== null && state.cart === before && before.pending.length === 0;
    return { watch, ...withTold(state, told), ...(isNews && { cart: pendingCart(told.cart) }) };
  });
  if (clock === "slide" && told) announce(live);
  return told;
}

/** The page's session, as the server has just told it. */
export function withTold(state: LiveState, told: ToldSession | null): Partial<LiveState> {
  const { presence, session } = state;
  if (presence === "live" && session) {
    if (told === null) return { presence: "ended" };
    if (told.handle !== session.handle) return { presence: "changed" };
    return { session: { ...session, clock: correctedClock(session.clock, told, pageNow()) } };
  }
  if (presence !== "none" || told === null) return {};
  // The page says "Log in" where a user's would say "Log out": only a visitor's session fits it.
  return told.user ? { presence: "changed" } : { presence: "live", session: begunSession(told) };
}

function begunSession({ handle, user, idleSeconds, ttlSeconds, lifetimeSeconds }: ToldSession): LiveSession {
  const nowMs = pageNow();
  const lifetimeEndsAtMs = nowMs + lifetimeSeconds * 1000;
  const clock = { idleMs: idleSeconds * 1000, endsAtMs: nowMs + ttlSeconds * 1000 + 999, lifetimeEndsAtMs };
  return { handle, user, clock };
}
