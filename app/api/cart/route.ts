import { priceCart } from "@/lib/cart/priced-cart";
import { get } from "@/lib/session";

/** The cart, empty without a session. */
export const GET = get(({ data }) => priceCart(data.cart));
