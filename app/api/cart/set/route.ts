import { z } from "zod/mini";
import { setQuantity } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { byCartRule } from "@/lib/request/cart-rule";
import { changeSession } from "@/lib/request/change-session";
import { quantity, sku } from "@/lib/request/fields";
import { changeRoute } from "@/lib/request/route";

/** Sets the quantity of a line. */
export const POST = changeRoute({
  formPage: "/cart",
  fields: z.object({ sku, quantity }),
  async change(visit, { sku, quantity }) {
    const { live } = await changeSession(
      visit,
      byCartRule((cart) => setQuantity(cart, sku, quantity)),
    );
    return { body: priceCart(live.session.cart) };
  },
});
