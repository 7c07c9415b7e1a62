import type { Product } from "@/lib/cart/catalog";
import { CartForm } from "../_session/cart/cart-form";
import { FormNotice } from "../_session/forms/form-notice";
import { Button } from "./button";
import { formatMoney, type NumberStyle } from "./number-style";

interface Props {
  readonly product: Product;
  /** How many of it are in the cart. */
  readonly inCart: number;
  readonly numbers: NumberStyle;
  /** Whether there is something to say of its form. */
  readonly hasNotice: boolean;
  /** Below what a screen shows first: its picture can wait. */
  readonly isBelow: boolean;
}

export function ProductCard({ product, inCart, numbers, hasNotice, isBelow }: Props) {
  const { sku, name, description, priceCents, image } = product;
  return (
    <li
      id={sku}
      className="flex flex-col rounded-2xl border border-line bg-surface shadow-card target:border-brand"
    >
      {/* biome-ignore lint/performance/noImgElement: a small SVG needs no image optimizer. */}
      <img
        src={image}
        alt=""
        loading={isBelow ? "lazy" : "eager"}
        width={400}
        height={300}
        className="aspect-4/3 w-full rounded-t-2xl object-cover"
      />
      <div className="flex grow flex-col gap-1 p-5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h2 className="min-w-0 font-semibold text-xl">{name}</h2>
          <p className="whitespace-nowrap tabular-nums">{formatMoney(priceCents, numbers)}</p>
        </div>
        <p className="mb-4 text-muted">{description}</p>
        {/* What is said of the form lies over its own card, so that no other one jumps. */}
        <div className="relative mt-auto">
          <CartForm kind="add" place={sku}>
            <input type="hidden" name="sku" value={sku} />
            <input type="hidden" name="next" value={`/#${sku}`} />
            <Button
              variant="quiet"
              wide
              label={`Add ${name} to the cart${inCart > 0 ? `, ${inCart} in it` : ""}`}
            >
              Add to cart
              {inCart > 0 && (
                <span className="ml-2 rounded-full bg-tint px-2 text-ink text-sm tabular-nums">{inCart}</span>
              )}
            </Button>
          </CartForm>
          {hasNotice && <FormNotice place={sku} over />}
        </div>
      </div>
    </li>
  );
}
