import { Problem } from "@carryover/session/internal/next/problem";
import { CartRefusal } from "@/lib/cart/cart";
import { changeCart, type SessionData } from "@/lib/session-definition";
import type { SessionChange } from "@/lib/visit";

/** A change of the session's cart by a rule of `lib/cart`; what the rule refuses, the client is told. */
export function byCartRule(rule: (cart: SessionData["cart"]) => SessionData["cart"]): SessionChange {
  return (session) => {
    try {
      return changeCart(session, rule);
    } catch (error) {
      if (!(error instanceof CartRefusal)) throw error;
      const field = error.code === "unknown-sku" ? "sku" : "quantity";
      throw new Problem(error.code, { detail: error.message, field });
    }
  };
}
