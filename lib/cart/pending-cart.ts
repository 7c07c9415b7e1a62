import type { Cart } from "./cart";
import { type CartChange, makeChanges } from "./cart-change";

/** A change that was made here, and of which the server has not yet said anything. */
export interface PendingChange {
  /** Unique in its cart. */
  readonly number: number;
  readonly change: CartChange;
}

/**
 * A cart as the server last confirmed it, and what has been done to it since. What is shown is the one with the other made:
 * so an answer to an older change never takes back a newer one, and a change that was refused goes without a trace.
 */
export interface PendingCart {
  readonly confirmed: Cart;
  readonly pending: readonly PendingChange[];
  readonly shown: Cart;
}

export function pendingCart(confirmed: Cart, pending: readonly PendingChange[] = []): PendingCart {
  const changes = pending.map(({ change }) => change);
  return { confirmed, pending, shown: makeChanges(confirmed, changes) };
}

/** A change begins: it shows at once. */
export function withChange({ confirmed, pending }: PendingCart, change: PendingChange): PendingCart {
  return pendingCart(confirmed, [...pending, change]);
}

/** A change is over: the server has answered with the cart that includes it, or, with `null`, has refused it. */
export function withoutChange(cart: PendingCart, number: number, answered: Cart | null): PendingCart {
  const pending = cart.pending.filter((each) => each.number !== number);
  return pendingCart(answered ?? cart.confirmed, pending);
}
