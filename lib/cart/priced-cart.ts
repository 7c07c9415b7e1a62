import type { Cart } from "./cart";
import { findProduct } from "./catalog";

/** A cart as people and programs see it: with the catalogue's names and prices. */
export interface PricedCart {
  readonly lines: readonly PricedLine[];
  /** Units in all. */
  readonly quantity: number;
  readonly totalCents: number;
  readonly currency: "EUR";
}

export interface PricedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly totalCents: number;
}

/** Prices a cart by today's catalogue. A line whose product is no longer sold is left out. */
export function priceCart(cart: Cart): PricedCart {
  const lines = cart.lines.flatMap(({ sku, quantity }): PricedLine[] => {
    const product = findProduct(sku);
    if (!product) return [];
    const { name, priceCents } = product;
    return [{ sku, name, quantity, unitPriceCents: priceCents, totalCents: priceCents * quantity }];
  });
  return {
    lines,
    quantity: lines.reduce((sum, line) => sum + line.quantity, 0),
    totalCents: lines.reduce((sum, line) => sum + line.totalCents, 0),
    currency: "EUR",
  };
}
