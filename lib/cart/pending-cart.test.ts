import { expect, test } from "vitest";
import { emptyCart, MAX_QUANTITY } from "./cart";
import type { CartChange } from "./cart-change";
import { pendingCart, withChange, withoutChange } from "./pending-cart";

const add = (sku: string, quantity = 1): CartChange => ({ kind: "add", sku, quantity });
const cartOf = (sku: string, quantity: number) => ({ lines: [{ sku, quantity }] });

test("a change shows at once", () => {
  const cart = withChange(pendingCart(emptyCart), { number: 1, change: add("tote") });
  expect(cart.shown).toEqual(cartOf("tote", 1));
  expect(cart.confirmed).toEqual(emptyCart);
});

test("the answer to an older change does not take back a newer one", () => {
  let cart = pendingCart(emptyCart);
  for (const number of [1, 2, 3]) cart = withChange(cart, { number, change: add("tote") });
  for (const number of [1, 2, 3]) {
    cart = withoutChange(cart, number, cartOf("tote", number));
    expect(cart.shown).toEqual(cartOf("tote", 3));
  }
  expect(cart.pending).toEqual([]);
});

test("a change of another tab arrives with the answer", () => {
  let cart = withChange(pendingCart(emptyCart), { number: 1, change: add("tote") });
  cart = withChange(cart, { number: 2, change: add("lantern") });
  cart = withoutChange(cart, 1, cartOf("tote", 5));
  expect(cart.shown.lines).toEqual([
    { sku: "tote", quantity: 5 },
    { sku: "lantern", quantity: 1 },
  ]);
});

test("a refused change goes without a trace, and those after it stand", () => {
  let cart = withChange(pendingCart(cartOf("tote", 2)), { number: 1, change: { kind: "clear" } });
  cart = withChange(cart, { number: 2, change: add("lantern") });
  expect(cart.shown).toEqual(cartOf("lantern", 1));
  cart = withoutChange(cart, 1, null);
  expect(cart.shown.lines.map(({ sku }) => sku)).toEqual(["tote", "lantern"]);
});

test("a change that the cart's rules refuse is not shown; the server answers it", () => {
  const full = pendingCart(cartOf("tote", MAX_QUANTITY));
  for (const change of [add("tote"), { kind: "remove", sku: "lantern" } as const, add("no such thing")]) {
    expect(withChange(full, { number: 1, change }).shown).toEqual(full.shown);
  }
});

test("setting and removing show at once, too", () => {
  const set = { kind: "set", sku: "tote", quantity: 7 } as const;
  const cart = withChange(pendingCart(cartOf("tote", 2)), { number: 1, change: set });
  expect(cart.shown).toEqual(cartOf("tote", 7));
  const removed = withChange(cart, { number: 2, change: { kind: "remove", sku: "tote" } });
  expect(removed.shown).toEqual(emptyCart);
});
