import { addToCart, type Cart, CartRefusal, clearCart, removeFromCart, setQuantity } from "./cart";

/** A change of the cart as a value, so that it can be made here at once and sent on at the same time. */
export type CartChange =
  | { readonly kind: "add" | "set"; readonly sku: string; readonly quantity: number }
  | { readonly kind: "remove"; readonly sku: string }
  | { readonly kind: "clear" };

/** Makes a change by the rules of the cart. @throws CartRefusal as those do */
export function makeChange<C extends Cart>(cart: C, change: CartChange): C {
  switch (change.kind) {
    case "add":
      return addToCart(cart, change.sku, change.quantity);
    case "set":
      return setQuantity(cart, change.sku, change.quantity);
    case "remove":
      return removeFromCart(cart, change.sku);
    case "clear":
      return clearCart(cart);
  }
}

/** The cart with all of these changes made, without those that its rules refuse. */
export function makeChanges<C extends Cart>(cart: C, changes: readonly CartChange[]): C {
  return changes.reduce((before, change) => {
    try {
      return makeChange(before, change);
    } catch (error) {
      if (error instanceof CartRefusal) return before;
      throw error;
    }
  }, cart);
}

/** Whether two carts hold the same, in the same order. */
export function isSameCart(one: Cart, other: Cart): boolean {
  const text = ({ lines }: Cart) => lines.map(({ sku, quantity }) => `${sku} ${quantity}`).join();
  return text(one) === text(other);
}
