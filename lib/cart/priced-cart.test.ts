import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyCart, MAX_LINES, MAX_QUANTITY } from "./cart";
import { catalog, findProduct } from "./catalog";
import { priceCart } from "./priced-cart";

describe("a priced cart", () => {
  it("takes names and prices from the catalogue and sums them", () => {
    const lines = [
      { sku: "notebook", quantity: 3 },
      { sku: "backpack", quantity: 1 },
    ];
    expect(priceCart({ lines })).toEqual({
      lines: [
        { sku: "notebook", name: "Field notebook", quantity: 3, unitPriceCents: 1250, totalCents: 3750 },
        { sku: "backpack", name: "Ridge backpack", quantity: 1, unitPriceCents: 12900, totalCents: 12900 },
      ],
      quantity: 4,
      totalCents: 16650,
      currency: "EUR",
    });
    expect(priceCart(emptyCart)).toEqual({ lines: [], quantity: 0, totalCents: 0, currency: "EUR" });
  });

  it("believes no name or price that a line of the session brings along", () => {
    const lines = [{ sku: "tote", quantity: 1, name: "Cheap", unitPriceCents: 1, totalCents: 1 }];
    expect(priceCart({ lines })).toMatchObject({ lines: [{ name: "Market tote" }], totalCents: 3900 });
  });

  it("leaves out what is no longer sold, in the lines and in the sums", () => {
    const lines = [
      { sku: "sold-once", quantity: 5 },
      { sku: "tote", quantity: 1 },
    ];
    expect(priceCart({ lines })).toMatchObject({
      lines: [{ sku: "tote" }],
      quantity: 1,
      totalCents: 3900,
    });
  });
});

describe("the catalogue", () => {
  it("has one product a SKU, each with a price in whole cents and a picture that is there", () => {
    expect(new Set(catalog.map(({ sku }) => sku)).size).toBe(catalog.length);
    for (const { sku, name, description, priceCents, image } of catalog) {
      expect(findProduct(sku)?.name).toBe(name);
      expect(description).not.toBe("");
      expect(Number.isInteger(priceCents) && priceCents > 0).toBe(true);
      expect(existsSync(join("public", image))).toBe(true);
    }
  });

  it("has sums that stay exact in the fullest cart", () => {
    const dearest = Math.max(...catalog.map(({ priceCents }) => priceCents));
    expect(Number.isSafeInteger(dearest * MAX_QUANTITY * MAX_LINES)).toBe(true);
  });
});
