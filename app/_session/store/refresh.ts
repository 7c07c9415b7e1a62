import { pendingCart } from "@/lib/cart/pending-cart";
import { correctedExpiry } from "../expiry/session-expiry";
import type { LiveSession, LiveState, LiveStore } from "./live-store";
import { pageNow } from "./page-now";
import type { ParsedSession } from "./parsed-session";
import { askSession } from "./session-requests";
import { announce } from "./tab-channel";

/** Asks the server for the session, and shows it. `undefined`: no server answered, and nothing is claimed. */
export async function refresh(
  live: LiveStore,
  mode: "peek" | "renew" = "peek",
): Promise<ParsedSession | null | undefined> {
  const askedAtMs = pageNow();
  const before = live.get().cart;
  live.set(({ watch }) => ({ watch: { ...watch, askedAtMs } }));
  const parsed = await askSession(mode);
  live.set((state) => {
    if (parsed === undefined) return { watch: { ...state.watch, isOutOfReach: true } };
    const watch = { ...state.watch, isOutOfReach: false, polledAtMs: pageNow() };
    // What was changed here meanwhile is newer than what was asked before.
    const isNews = parsed !== null && state.cart === before && before.pending.length === 0;
    return { watch, ...withParsed(state, parsed), ...(isNews && { cart: pendingCart(parsed.cart) }) };
  });
  if (mode === "renew" && parsed) announce(live);
  return parsed;
}

/** The page's state after an answer of the server about the session. */
export function withParsed(state: LiveState, parsed: ParsedSession | null): Partial<LiveState> {
  const { presence, session } = state;
  if (presence === "live" && session) {
    if (parsed === null) return { presence: "ended" };
    if (parsed.handle !== session.handle) return { presence: "changed" };
    return { session: { ...session, expiry: correctedExpiry(session.expiry, parsed, pageNow()) } };
  }
  if (presence !== "none" || parsed === null) return {};
  // The page says "Log in" where a user's would say "Log out": only a visitor's session fits it.
  return parsed.user ? { presence: "changed" } : { presence: "live", session: begunSession(parsed) };
}

function begunSession({
  handle,
  user,
  idleSeconds,
  ttlSeconds,
  lifetimeSeconds,
}: ParsedSession): LiveSession {
  const nowMs = pageNow();
  const lifetimeEndsAtMs = nowMs + lifetimeSeconds * 1000;
  const expiry = { idleMs: idleSeconds * 1000, endsAtMs: nowMs + ttlSeconds * 1000 + 999, lifetimeEndsAtMs };
  return { handle, user, expiry };
}
