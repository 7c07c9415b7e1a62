"use client";

import { priceCart } from "@/lib/cart/priced-cart";
import { CartForm } from "../_session/cart/cart-form";
import { FormNotice } from "../_session/forms/form-notice";
import { useLive, usePage } from "../_session/store/live-session";
import { Button } from "../_ui/button";
import { Notice } from "../_ui/notice";
import { formatCount, formatMoney } from "../_ui/number-style";
import { PageHead } from "../_ui/page-head";
import { CartRow } from "./cart-row";

/**
 * The cart, as the server answered it and as it has been changed here since.
 *
 * @param refusal what the page was led back to for: why a form was refused
 */
export function CartView({ refusal }: { readonly refusal: string | null }) {
  const { numbers } = usePage();
  const cart = priceCart(useLive((state) => state.cart.shown));
  const notices = useLive((state) => state.notices);
  const skus = cart.lines.map(({ sku }) => sku);
  // Of a line that is not there any more, and of the whole cart.
  const withoutRow = Object.keys(notices).filter((place) => !skus.includes(place));
  return (
    <>
      <PageHead
        title="Your cart"
        description="What you carry, kept in your session: change it on one server, find it on the next."
      />
      <h1 className="mb-6 font-semibold text-3xl sm:text-4xl">Your cart</h1>
      {refusal && <Notice>{refusal}</Notice>}
      {cart.lines.length === 0 ? (
        <Empty />
      ) : (
        <>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
            {cart.lines.map((line) => (
              <CartRow key={line.sku} line={line} />
            ))}
          </ul>
          <div className="mt-6 flex flex-wrap items-center justify-between gap-4">
            <CartForm kind="clear" place="cart" onChange={() => document.getElementById("main")?.focus()}>
              <Button variant="danger">Empty the cart</Button>
            </CartForm>
            <p className="text-lg [overflow-wrap:anywhere]">
              {formatCount(cart.quantity, numbers)} {cart.quantity === 1 ? "item" : "items"}, together{" "}
              <strong className="text-2xl tabular-nums" data-testid="total">
                {formatMoney(cart.totalCents, numbers)}
              </strong>
            </p>
          </div>
        </>
      )}
      {withoutRow.map((place) => (
        <FormNotice key={place} place={place} />
      ))}
      {cart.lines.length > 0 && (
        <p className="mt-8 text-muted text-sm">
          The cart belongs to the session: it ends when you log out, and another device has its own. A
          checkout is not part of this demo.
        </p>
      )}
    </>
  );
}

function Empty() {
  return (
    <div className="rounded-2xl border border-edge border-dashed p-8 text-center">
      <p className="mb-4 text-lg">Nothing in it yet.</p>
      <a href="/" className="text-brand underline">
        Find something worth carrying
      </a>
    </div>
  );
}
