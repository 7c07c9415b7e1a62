import type { Metadata } from "next";
import { emptyCart } from "@/lib/cart/cart";
import { priceCart } from "@/lib/cart/priced-cart";
import { currentSession } from "@/lib/request/current-session";
import { Button } from "../_ui/button";
import { formatCount, formatMoney } from "../_ui/format";
import { Notice } from "../_ui/notice";
import { findRefusal, type Query } from "../_ui/refusal";
import { CartRow } from "./cart-row";

export const metadata: Metadata = {
  title: "Your cart",
  description: "What you carry: kept in Redis with your session, whichever server shows it.",
};

export default async function CartPage({ searchParams }: { readonly searchParams: Query }) {
  const known = await currentSession();
  const refusal = await findRefusal(searchParams);
  const cart = priceCart(known?.session.cart ?? emptyCart);
  const locale = known?.session.profile.locale ?? "en-GB";
  return (
    <>
      <h1 className="mb-6 font-semibold text-3xl sm:text-4xl">Your cart</h1>
      {refusal && <Notice>{refusal.message}</Notice>}
      {cart.lines.length === 0 ? (
        <Empty />
      ) : (
        <>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
            {cart.lines.map((line) => (
              <CartRow key={line.sku} line={line} locale={locale} />
            ))}
          </ul>
          <div className="mt-6 flex flex-wrap items-center justify-between gap-4">
            <form action="/api/cart/clear" method="post">
              <Button look="danger">Empty the cart</Button>
            </form>
            <p className="text-lg">
              {formatCount(cart.quantity, locale)} {cart.quantity === 1 ? "piece" : "pieces"}, together{" "}
              <strong className="text-2xl tabular-nums" data-testid="total">
                {formatMoney(cart.totalCents, locale)}
              </strong>
            </p>
          </div>
          <p className="mt-8 text-muted text-sm">
            The cart belongs to the session: it ends when you log out, and another device has its own. A
            checkout is not part of this demo.
          </p>
        </>
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
