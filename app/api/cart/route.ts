import { readSession } from "@carryover/session/internal/next/visit";
import { emptyCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { readRoute } from "@/lib/routes";

/** The cart, empty without a session. */
export const GET = readRoute(async (visit) => {
  const found = await readSession(visit, "slide");
  return { body: priceCart(found.state === "live" ? found.session.data.cart : emptyCart) };
});
