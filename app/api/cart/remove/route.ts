import { z } from "zod/mini";
import { removeFromCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeCart } from "@/lib/change-cart";
import { sku } from "@/lib/fields";
import { post } from "@/lib/session";

/** Takes a line out of the cart. */
export const POST = post({
  formPage: "/cart",
  lazy: true,
  fields: z.object({ sku }),
  async handler(session, { sku }) {
    await session.update(changeCart((cart) => removeFromCart(cart, sku)));
    return priceCart((await session.read()).data.cart);
  },
});
