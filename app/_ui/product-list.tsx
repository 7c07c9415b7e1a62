import { catalog } from "@/lib/cart/catalog";
import { useLive, usePage } from "../_session/store/live-session";
import { ProductCard } from "./product-card";

/** As many cards as a wide screen shows beside each other. */
const FIRST_ROW = 3;

/** All that the shop sells, and how much of it is in the cart. */
export function ProductList() {
  const { numbers } = usePage();
  const { lines } = useLive(({ cart }) => cart.shown);
  const notices = useLive((state) => state.notices);
  return (
    <ul className="grid grid-cols-1 gap-6 min-[480px]:grid-cols-2 lg:grid-cols-3">
      {catalog.map((product, at) => (
        <ProductCard
          key={product.sku}
          product={product}
          inCart={lines.find(({ sku }) => sku === product.sku)?.quantity ?? 0}
          numbers={numbers}
          hasNotice={notices[product.sku] !== undefined}
          isBelow={at >= FIRST_ROW}
        />
      ))}
    </ul>
  );
}
