/** What the shop sells. The one owner of SKUs, names and prices. */
export interface Product {
  /** Stock-keeping unit: the product's lasting name in carts, URLs and pictures. */
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  /** Price of one unit in integer euro cents. */
  readonly priceCents: number;
  /** Path of the picture, 4:3, under `public/`. */
  readonly image: string;
}

function product(sku: string, name: string, priceCents: number, description: string): Product {
  return { sku, name, description, priceCents, image: `/products/${sku}.svg` };
}

export const catalog: readonly Product[] = [
  product("backpack", "Ridge backpack", 12900, "Twenty-two litres, one strap for every habit."),
  product("duffel", "Weekend duffel", 14900, "Two days of clothes, one wide mouth."),
  product("tote", "Market tote", 3900, "Heavy canvas that stands up by itself."),
  product("sling", "Crossbody sling", 5900, "Phone, keys, passport, both hands free."),
  product("wallet", "Folded wallet", 4500, "Six cards, some notes, no bulge."),
  product("bottle", "Steel bottle", 2900, "Keeps tea hot through a rolling deploy."),
  product("umbrella", "Storm umbrella", 3400, "Turns inside out, and back again."),
  product("notebook", "Field notebook", 1250, "Dotted pages that lie flat, and a pencil."),
  product("headphones", "Quiet headphones", 18900, "Thirty hours between two sockets."),
  product("blanket", "Travel blanket", 6900, "Lambswool, rolls up to a pillow."),
  product("lantern", "Camp lantern", 4200, "Warm light, a hook, a dimmer."),
  product("key-ring", "Brass key ring", 1500, "Opens with a thumb, stays shut in a pocket."),
];

const bySku = new Map(catalog.map((item) => [item.sku, item]));

/** The product with this SKU, or `undefined`. */
export function findProduct(sku: string): Product | undefined {
  return bySku.get(sku);
}
