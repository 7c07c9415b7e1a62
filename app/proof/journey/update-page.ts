import { pendingCart } from "@/lib/cart/pending-cart";
import type { LiveState, LiveStore } from "../../_session/store/live-store";
import { type ParsedSession, parseSession } from "../../_session/store/parsed-session";
import { withParsed } from "../../_session/store/refresh";
import { announce } from "../../_session/store/tab-channel";
import type { Answer } from "./answer";

/** Passes the session in an answer on to the page's bar and to the other tabs. */
export function updatePage(live: LiveStore, { body, servedBy, status }: Answer): void {
  const parsed = status === 200 ? parseSession(body) : undefined;
  if (parsed === undefined) return;
  live.set((state) => {
    const isSettled = parsed !== null && state.cart.pending.length === 0;
    return {
      ...(parsed && isFresh(state) ? withFresh(state, parsed) : withParsed(state, parsed)),
      ...(servedBy !== null && { servedBy }),
      ...(isSettled && { cart: pendingCart(parsed.cart) }),
    };
  });
  announce(live);
}

/** In an outage nothing was known; after an end, the next session is begun here. */
function isFresh({ presence }: LiveState): boolean {
  return presence === "unavailable" || presence === "ended";
}

/** Whichever user it is: the journey goes on, and the next page load shows the rest. */
function withFresh(state: LiveState, parsed: ParsedSession): Partial<LiveState> {
  const begun = withParsed({ ...state, presence: "none", session: null }, { ...parsed, user: null });
  return {
    ...begun,
    session: begun.session ? { ...begun.session, user: parsed.user } : null,
    isEndShown: false,
  };
}
