import { z } from "zod/mini";
import { clearCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeSession } from "@/lib/request/change-session";
import { changeRoute } from "@/lib/request/route";
import { changeCart } from "@/lib/session/session";

/** Empties the cart. */
export const POST = changeRoute({
  formPage: "/cart",
  fields: z.object({}),
  async change(visit) {
    const { live } = await changeSession(visit, (session) => changeCart(session, (cart) => clearCart(cart)));
    return { body: priceCart(live.session.cart) };
  },
});
