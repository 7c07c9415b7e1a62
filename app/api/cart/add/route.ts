import { changeOrBeginSession } from "@carryover/session/internal/next/change-session";
import { z } from "zod/mini";
import { addToCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { byCartRule } from "@/lib/request/cart-rule";
import { quantity, sku } from "@/lib/request/fields";
import { changeRoute } from "@/lib/routes";

/** Puts a product into the cart; begins a session if there is none. */
export const POST = changeRoute({
  formPage: "/",
  fields: z.object({ sku, quantity: z._default(quantity, 1) }),
  async change(visit, { sku, quantity }) {
    const { live, setCookie } = await changeOrBeginSession(
      visit,
      byCartRule((cart) => addToCart(cart, sku, quantity)),
    );
    return { body: priceCart(live.session.data.cart), setCookie };
  },
});
