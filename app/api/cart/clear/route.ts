import { changeSession } from "@carryover/session/internal/next/change-session";
import { z } from "zod/mini";
import { clearCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { changeRoute } from "@/lib/routes";
import { changeCart } from "@/lib/session-definition";

/** Empties the cart. */
export const POST = changeRoute({
  formPage: "/cart",
  fields: z.object({}),
  async change(visit) {
    const { live } = await changeSession(visit, (session) => changeCart(session, (cart) => clearCart(cart)));
    return { body: priceCart(live.session.data.cart) };
  },
});
