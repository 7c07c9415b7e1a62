import { z } from "zod/mini";
import { setQuantity } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeCart } from "@/lib/change-cart";
import { quantity, sku } from "@/lib/fields";
import { post } from "@/lib/session";

/** Sets the quantity of a line. */
export const POST = post({
  formPage: "/cart",
  lazy: true,
  fields: z.object({ sku, quantity }),
  async handler(session, { sku, quantity }) {
    await session.update(changeCart((cart) => setQuantity(cart, sku, quantity)));
    return priceCart((await session.read()).data.cart);
  },
});
