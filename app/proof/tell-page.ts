import { pendingCart } from "@/lib/cart/pending-cart";
import type { LiveStore } from "../_ui/live/live-store";
import { withTold } from "../_ui/live/look";
import { announce } from "../_ui/live/tab-channel";
import { toldSession } from "../_ui/live/told";
import type { Answer } from "./answer";

/** Hands on what an answer told of the session, to the page's bar and to the other tabs. */
export function tellPage(live: LiveStore, { body, servedBy, status }: Answer): void {
  const told = status === 200 ? toldSession(body) : undefined;
  if (told === undefined) return;
  live.set((state) => {
    // In an outage nothing was known, and after an end the next session is begun here.
    const isNew = state.presence === "unavailable" || (state.presence === "ended" && told !== null);
    const before = isNew ? { ...state, presence: "none" as const, session: null } : state;
    const isSettled = told !== null && state.cart.pending.length === 0;
    return {
      ...withTold(before, told),
      ...(servedBy !== null && { servedBy }),
      ...(isSettled && { cart: pendingCart(told.cart) }),
      ...(isNew && { isEndTold: false }),
    };
  });
  announce(live);
}
