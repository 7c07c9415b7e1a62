"use client";

import { useEffect, useRef } from "react";
import { MAX_QUANTITY } from "@/lib/cart/cart";
import { findProduct } from "@/lib/cart/catalog";
import type { PricedLine } from "@/lib/cart/priced-cart";
import { CartForm } from "../_session/cart/cart-form";
import { FormNotice } from "../_session/forms/form-notice";
import { usePage } from "../_session/store/live-session";
import { Button } from "../_ui/button";
import { formatMoney } from "../_ui/number-style";
import { inputStyle } from "../_ui/text-field";

interface Props {
  readonly line: PricedLine;
}

export function CartRow({ line }: Props) {
  const { sku, name, quantity, unitPriceCents, totalCents } = line;
  const { numbers } = usePage();
  const row = useRef<HTMLLIElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const shown = useRef(quantity);
  useEffect(() => {
    // Not at the start: what a visitor typed before the page's scripts were there stays.
    if (!field.current || shown.current === quantity) return;
    shown.current = quantity;
    field.current.value = String(quantity);
  }, [quantity]);
  return (
    <li
      ref={row}
      className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4 lg:gap-x-6 sm:p-5"
      data-testid={`line-${sku}`}
    >
      {/* biome-ignore lint/performance/noImgElement: a small SVG needs no image optimizer. */}
      <img src={findProduct(sku)?.image} alt="" width={96} height={72} className="rounded-lg" />
      <div className="grow basis-28">
        <h2 className="font-semibold text-lg">{name}</h2>
        <p className="text-muted tabular-nums">{formatMoney(unitPriceCents, numbers)} each</p>
      </div>
      <CartForm kind="set" place={sku} className="flex flex-wrap items-center gap-2">
        <input type="hidden" name="sku" value={sku} />
        <input
          ref={field}
          type="number"
          autoComplete="off"
          name="quantity"
          min={1}
          max={MAX_QUANTITY}
          defaultValue={quantity}
          required
          aria-label={`Quantity of ${name}`}
          // WebKit gives a width in percent no room of its own: without a least width the button is below the field.
          className={`${inputStyle} min-w-20 max-w-20`}
        />
        <Button variant="quiet" label={`Change the quantity of ${name}`}>
          Change
        </Button>
      </CartForm>
      <div className="ml-auto flex flex-wrap items-center justify-end gap-x-4 gap-y-2 lg:gap-x-6">
        <p className="min-w-24 text-right font-medium tabular-nums">{formatMoney(totalCents, numbers)}</p>
        <CartForm kind="remove" place={sku} onChange={() => focusBeside(row.current)}>
          <input type="hidden" name="sku" value={sku} />
          <Button variant="quiet" label={`Remove ${name}`}>
            Remove
          </Button>
        </CartForm>
      </div>
      <FormNotice place={sku} />
    </li>
  );
}

/** The row is about to go: the keyboard stays where it was, in the next one, or at the head of the cart. */
function focusBeside(row: HTMLElement | null): void {
  const beside = row?.nextElementSibling ?? row?.previousElementSibling;
  const remove = beside?.querySelector<HTMLElement>("form[action$=remove] button");
  (remove ?? document.getElementById("main"))?.focus({ preventScroll: true });
}
