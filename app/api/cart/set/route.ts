import { changeSession } from "@carryover/session/internal/next/change-session";
import { z } from "zod/mini";
import { setQuantity } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { byCartRule } from "@/lib/request/cart-rule";
import { quantity, sku } from "@/lib/request/fields";
import { changeRoute } from "@/lib/routes";

/** Sets the quantity of a line. */
export const POST = changeRoute({
  formPage: "/cart",
  fields: z.object({ sku, quantity }),
  async change(visit, { sku, quantity }) {
    const { live } = await changeSession(
      visit,
      byCartRule((cart) => setQuantity(cart, sku, quantity)),
    );
    return { body: priceCart(live.session.data.cart) };
  },
});
