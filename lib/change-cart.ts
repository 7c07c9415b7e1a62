import { CartRefusal } from "@/lib/cart/cart";
import type { SessionData } from "@/lib/session-definition";
import { shopProblem } from "@/lib/shop-problem";

type Cart = SessionData["cart"];

/** A change of the session's cart by a rule of `lib/cart`; what the rule refuses becomes a Problem. */
export function changeCart(rule: (cart: Cart) => Cart): (data: SessionData) => SessionData {
  return (data) => {
    try {
      return { ...data, cart: rule(data.cart) };
    } catch (error) {
      if (!(error instanceof CartRefusal)) throw error;
      const field = error.code === "unknown-sku" ? "sku" : "quantity";
      throw shopProblem(error.code, { detail: error.message, field });
    }
  };
}
