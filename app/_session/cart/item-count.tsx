"use client";

import { priceCart } from "@/lib/cart/priced-cart";
import { useLive } from "../store/live-session";

/** How many pieces are in the cart, beside the word in the navigation. */
export function PieceCount() {
  const pieces = useLive(({ cart }) => priceCart(cart.shown).quantity);
  if (pieces === 0) return null;
  return (
    <span className="ml-1.5 rounded-full bg-brand px-2 py-0.5 text-on-brand text-xs" data-testid="pieces">
      {pieces}
      <span className="sr-only"> {pieces === 1 ? "piece" : "pieces"}</span>
    </span>
  );
}
