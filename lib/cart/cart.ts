import { findProduct } from "./catalog";

/** The most units of one product in a cart. */
export const MAX_QUANTITY = 999;
/** The most different products in a cart. */
export const MAX_LINES = 50;

/** A line as it is kept: names and prices are the catalogue's, never the session's. */
export interface CartLine {
  readonly sku: string;
  /** 1 to {@link MAX_QUANTITY}. */
  readonly quantity: number;
}

export interface Cart {
  readonly lines: readonly CartLine[];
}

export const emptyCart: Cart = { lines: [] };

/** A change the rules of the cart refuse; the cart before it stands untouched. */
export class CartRefusal extends Error {
  override readonly name = "CartRefusal";
  constructor(
    readonly code: "unknown-sku" | "cart-full",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Puts `quantity` more units of a product into the cart.
 *
 * @throws CartRefusal `unknown-sku` when the catalogue has no such product, `cart-full` beyond
 * {@link MAX_QUANTITY} units or {@link MAX_LINES} lines: refused, never clamped.
 */
export function addToCart<C extends Cart>(cart: C, sku: string, quantity: number): C {
  if (!findProduct(sku)) throw new CartRefusal("unknown-sku", "The shop has no such product.");
  const line = cart.lines.find((each) => each.sku === sku);
  if (line) return replaceLine(cart, line, line.quantity + quantity);
  requireQuantity(quantity);
  if (cart.lines.length >= MAX_LINES) {
    throw new CartRefusal("cart-full", `A cart holds at most ${MAX_LINES} different products.`);
  }
  return { ...cart, lines: [...cart.lines, { sku, quantity }] };
}

/** Sets the quantity of a line. @throws CartRefusal `unknown-sku` when the cart has no such line, `cart-full`. */
export function setQuantity<C extends Cart>(cart: C, sku: string, quantity: number): C {
  return replaceLine(cart, requireLine(cart, sku), quantity);
}

/** Takes a line out. @throws CartRefusal `unknown-sku` when the cart has no such line. */
export function removeFromCart<C extends Cart>(cart: C, sku: string): C {
  const line = requireLine(cart, sku);
  return { ...cart, lines: cart.lines.filter((each) => each !== line) };
}

/** Takes every line out. */
export function clearCart<C extends Cart>(cart: C): C {
  return { ...cart, lines: [] };
}

function requireLine(cart: Cart, sku: string): CartLine {
  const line = cart.lines.find((each) => each.sku === sku);
  if (!line) throw new CartRefusal("unknown-sku", "The cart has no such product.");
  return line;
}

function replaceLine<C extends Cart>(cart: C, line: CartLine, quantity: number): C {
  requireQuantity(quantity);
  return { ...cart, lines: cart.lines.map((each) => (each === line ? { ...each, quantity } : each)) };
}

function requireQuantity(quantity: number): void {
  if (quantity > MAX_QUANTITY) {
    throw new CartRefusal("cart-full", `A cart holds at most ${MAX_QUANTITY} of one product.`);
  }
}
