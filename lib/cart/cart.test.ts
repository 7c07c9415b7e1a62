import { describe, expect, it } from "vitest";
import {
  addToCart,
  type Cart,
  clearCart,
  emptyCart,
  MAX_LINES,
  MAX_QUANTITY,
  removeFromCart,
  setQuantity,
} from "./cart";

const cartOf = (quantity: number): Cart => ({ lines: [{ sku: "tote", quantity }] });
// Only twelve products are sold: a cart gets so many lines from products that were sold once.
const soldOnce = (lines: number): Cart => ({
  lines: Array.from({ length: lines }, (_, at) => ({ sku: `sold-once-${at}`, quantity: 1 })),
});

describe("a cart", () => {
  it("adds a product, and more of it to the same line", () => {
    const once = addToCart(emptyCart, "tote", 2);
    expect(addToCart(addToCart(once, "sling", 1), "tote", 3).lines).toEqual([
      { sku: "tote", quantity: 5 },
      { sku: "sling", quantity: 1 },
    ]);
  });

  it("is a value: a change leaves the cart before it as it was", () => {
    const before = Object.freeze({ lines: Object.freeze([Object.freeze({ sku: "tote", quantity: 1 })]) });
    addToCart(before, "tote", 1);
    setQuantity(before, "tote", 7);
    removeFromCart(before, "tote");
    clearCart(before);
    expect(before).toEqual(cartOf(1));
    expect(emptyCart).toEqual({ lines: [] });
  });

  it("holds 999 of a product, and refuses one more instead of clamping it", () => {
    expect(addToCart(cartOf(998), "tote", 1)).toEqual(cartOf(MAX_QUANTITY));
    expect(setQuantity(cartOf(1), "tote", MAX_QUANTITY)).toEqual(cartOf(999));
    for (const refused of [
      () => addToCart(cartOf(998), "tote", 2),
      () => addToCart(emptyCart, "tote", 1000),
      () => addToCart(cartOf(1), "tote", Number.MAX_SAFE_INTEGER),
      () => setQuantity(cartOf(1), "tote", 1000),
    ]) {
      expect(refused).toThrow(expect.objectContaining({ code: "cart-full" }));
    }
  });

  it("holds 50 lines, counts those no longer sold, and still takes more of a line it has", () => {
    const full = addToCart(soldOnce(MAX_LINES - 1), "tote", 1);
    expect(full.lines).toHaveLength(50);
    expect(() => addToCart(full, "sling", 1)).toThrow(expect.objectContaining({ code: "cart-full" }));
    expect(addToCart(full, "tote", 1).lines).toHaveLength(50);
    expect(addToCart(clearCart(full), "sling", 1).lines).toEqual([{ sku: "sling", quantity: 1 }]);
  });

  it.each(["sold-once-1", "", "TOTE", "__proto__", "constructor"])("refuses the SKU %j", (sku) => {
    for (const refused of [
      () => addToCart(emptyCart, sku, 1),
      () => setQuantity(cartOf(1), sku, 1),
      () => removeFromCart(cartOf(1), sku),
    ]) {
      expect(refused).toThrow(expect.objectContaining({ code: "unknown-sku" }));
    }
  });

  it("lets go of a product that is no longer sold", () => {
    const cart = soldOnce(2);
    expect(setQuantity(cart, "sold-once-0", 3).lines[0]).toEqual({ sku: "sold-once-0", quantity: 3 });
    expect(removeFromCart(cart, "sold-once-0").lines).toEqual([{ sku: "sold-once-1", quantity: 1 }]);
    expect(() => addToCart(cart, "sold-once-0", 1)).toThrow(expect.objectContaining({ code: "unknown-sku" }));
  });

  it("keeps the fields of a cart and of its lines that it does not know", () => {
    const newer = { voucher: "v", lines: [{ sku: "tote", quantity: 1, gift: true }] };
    expect(addToCart(newer, "tote", 1)).toEqual({
      voucher: "v",
      lines: [{ sku: "tote", quantity: 2, gift: true }],
    });
    expect(addToCart(newer, "sling", 1)).toMatchObject({
      voucher: "v",
      lines: [{ gift: true }, { sku: "sling" }],
    });
    expect(clearCart(newer)).toEqual({ voucher: "v", lines: [] });
  });
});
