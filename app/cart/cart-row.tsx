import { MAX_QUANTITY } from "@/lib/cart/cart";
import { findProduct } from "@/lib/cart/catalog";
import type { PricedLine } from "@/lib/cart/priced-cart";
import type { Profile } from "@/lib/session/session";
import { Button } from "../_ui/button";
import { formatMoney } from "../_ui/format";
import { inputLook } from "../_ui/text-field";

interface Props {
  readonly line: PricedLine;
  readonly locale: Profile["locale"];
}

export function CartRow({ line, locale }: Props) {
  const { sku, name, quantity, unitPriceCents, totalCents } = line;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-3 p-4 sm:p-5" data-testid={`line-${sku}`}>
      {/* biome-ignore lint/performance/noImgElement: a small SVG needs no image optimizer. */}
      <img src={findProduct(sku)?.image} alt="" width={96} height={72} className="rounded-lg" />
      <div className="grow basis-40">
        <h2 className="font-semibold text-lg">{name}</h2>
        <p className="text-muted tabular-nums">{formatMoney(unitPriceCents, locale)} each</p>
      </div>
      <form action="/api/cart/set" method="post" className="flex items-center gap-2">
        <input type="hidden" name="sku" value={sku} />
        <input
          type="number"
          name="quantity"
          min={1}
          max={MAX_QUANTITY}
          defaultValue={quantity}
          required
          aria-label={`Quantity of ${name}`}
          className={`${inputLook} max-w-20`}
        />
        <Button look="quiet" label={`Change the quantity of ${name}`}>
          Change
        </Button>
      </form>
      <p className="ml-auto min-w-24 text-right font-medium tabular-nums">
        {formatMoney(totalCents, locale)}
      </p>
      <form action="/api/cart/remove" method="post">
        <input type="hidden" name="sku" value={sku} />
        <Button look="quiet" label={`Remove ${name}`}>
          Remove
        </Button>
      </form>
    </li>
  );
}
