"use client";

import { priceCart } from "@/lib/cart/priced-cart";
import { useLive } from "../store/live-session";

/** How many items are in the cart, beside the word in the navigation. */
export function ItemCount() {
  const items = useLive(({ cart }) => priceCart(cart.shown).quantity);
  if (items === 0) return null;
  return (
    <span className="ml-1.5 rounded-full bg-brand px-2 py-0.5 text-on-brand text-xs" data-testid="items">
      {items}
      <span className="sr-only"> {items === 1 ? "item" : "items"}</span>
    </span>
  );
}
