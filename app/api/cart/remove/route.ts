import { changeSession } from "@carryover/session/internal/next/change-session";
import { z } from "zod/mini";
import { removeFromCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { byCartRule } from "@/lib/request/cart-rule";
import { sku } from "@/lib/request/fields";
import { changeRoute } from "@/lib/routes";

/** Takes a line out of the cart. */
export const POST = changeRoute({
  formPage: "/cart",
  fields: z.object({ sku }),
  async change(visit, { sku }) {
    const { live } = await changeSession(
      visit,
      byCartRule((cart) => removeFromCart(cart, sku)),
    );
    return { body: priceCart(live.session.data.cart) };
  },
});
