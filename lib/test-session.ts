import type { NoSession } from "@carryover/session";
import { addToCart } from "@/lib/cart/cart";
import { changeCart, type LiveSession, type Session } from "@/lib/session-definition";

// For tests: sessions of the shop.

export const beginning = { idleSeconds: 60, servedBy: "a", device: "a test" };
export const ada = { id: "user-ada", name: "ada" };
export const bob = { id: "user-bob", name: "bob" };

/** A change: one more piece of a product. */
export const add = (sku: string) => (session: Session) =>
  changeCart(session, (cart) => addToCart(cart, sku, 1));

export const linesOf = (live: LiveSession) =>
  live.session.data.cart.lines.map(({ sku, quantity }) => `${quantity} ${sku}`);

/** The session that was found, where a test is sure of it. */
export function live(found: LiveSession | NoSession): LiveSession {
  if (found.state !== "live") throw new Error(`expected a live session, found ${found.state}`);
  return found;
}
