import { pendingCart } from "@/lib/cart/pending-cart";
import type { LiveState, LiveStore } from "../../_session/store/live-store";
import { type ToldSession, toldSession } from "../../_session/store/parsed-session";
import { withTold } from "../../_session/store/refresh";
import { announce } from "../../_session/store/tab-channel";
import type { Answer } from "./answer";

/** Hands on what an answer told of the session, to the page's bar and to the other tabs. */
export function tellPage(live: LiveStore, { body, servedBy, status }: Answer): void {
  const told = status === 200 ? toldSession(body) : undefined;
  if (told === undefined) return;
  live.set((state) => {
    const isSettled = told !== null && state.cart.pending.length === 0;
    return {
      ...(told && isFresh(state) ? withFresh(state, told) : withTold(state, told)),
      ...(servedBy !== null && { servedBy }),
      ...(isSettled && { cart: pendingCart(told.cart) }),
    };
  });
  announce(live);
}

/** In an outage nothing was known; after an end, the next session is begun here. */
function isFresh({ presence }: LiveState): boolean {
  return presence === "unavailable" || presence === "ended";
}

/** Whoever it is: the journey goes on, and the next page load tells the rest. */
function withFresh(state: LiveState, told: ToldSession): Partial<LiveState> {
  const begun = withTold({ ...state, presence: "none", session: null }, { ...told, user: null });
  return {
    ...begun,
    session: begun.session ? { ...begun.session, user: told.user } : null,
    isEndTold: false,
  };
}
