"use client";

import { useEffect, useState } from "react";
import { priceCart } from "@/lib/cart/priced-cart";
import { useLive } from "../store/live-session";

/** Announces each change of the cart to screen readers. Busy until the server has confirmed all that is shown. */
export function CartStatus() {
  const items = useLive(({ cart }) => priceCart(cart.shown).quantity);
  const isBusy = useLive(({ cart }) => cart.pending.length > 0);
  const [first] = useState(items);
  const [hasChanged, setHasChanged] = useState(false);
  useEffect(() => {
    if (items !== first) setHasChanged(true);
  }, [items, first]);
  const announcement =
    items === 0 ? "The cart is empty." : `${items} ${items === 1 ? "item" : "items"} in the cart.`;
  return (
    <p role="status" aria-busy={isBusy} className="sr-only" data-testid="cart-status">
      {hasChanged && announcement}
    </p>
  );
}
