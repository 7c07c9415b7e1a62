import { z } from "zod/mini";
import { clearCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeCart } from "@/lib/change-cart";
import { post } from "@/lib/session";

/** Empties the cart. */
export const POST = post({
  formPage: "/cart",
  lazy: true,
  fields: z.object({}),
  async handler(session) {
    await session.update(changeCart(clearCart));
    return priceCart((await session.read()).data.cart);
  },
});
