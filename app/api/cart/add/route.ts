import { z } from "zod/mini";
import { addToCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeCart } from "@/lib/change-cart";
import { quantity, sku } from "@/lib/fields";
import { post } from "@/lib/session";

/** Puts a product into the cart; begins a session if there is none. */
export const POST = post({
  formPage: "/",
  lazy: true,
  fields: z.object({ sku, quantity: z._default(quantity, 1) }),
  async handler(session, { sku, quantity }) {
    await session.updateOrCreate(changeCart((cart) => addToCart(cart, sku, quantity)));
    return priceCart((await session.read()).data.cart);
  },
});
