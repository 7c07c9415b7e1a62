import type { PricedCart } from "@/lib/cart/priced-cart";
import { usePage } from "../_session/store/live-session";
import { Countdown } from "../_ui/countdown";
import { Fact, Facts } from "../_ui/facts";
import { formatDuration } from "../_ui/format";
import { formatCount, formatMoney } from "../_ui/number-style";

/** What a page says of its session. */
export interface ShownFacts {
  readonly user: string;
  readonly handle: string;
  readonly cart: Pick<PricedCart, "quantity" | "totalCents">;
  /** A moment in words. */
  readonly began: string;
  readonly idleSeconds: number;
  readonly ttlMs: number;
  readonly lifetimeLeftMs: number;
  readonly revision: number;
  readonly servedBy: string;
}

/** What the session is made of. Both remaining times count down in the browser, and the display renews neither. */
export function SessionFacts({ facts }: { readonly facts: ShownFacts }) {
  const { numbers } = usePage();
  const { quantity, totalCents } = facts.cart;
  return (
    <Facts>
      <Fact name="User">
        <bdi>{facts.user}</bdi>
      </Fact>
      <Fact name="Session">
        <code>{facts.handle}</code>
      </Fact>
      <Fact name="Cart">
        {formatCount(quantity, numbers)} {quantity === 1 ? "item" : "items"},{" "}
        {formatMoney(totalCents, numbers)}
      </Fact>
      <Fact name="Began">{facts.began}</Fact>
      <Fact name="Idle timeout">{formatDuration(facts.idleSeconds * 1000)}</Fact>
      <Fact name="Ends without a visit in">
        <Countdown follows="idle" leftMs={facts.ttlMs} over="It has ended." />
      </Fact>
      <Fact name="Ends in any case in">
        <Countdown follows="lifetime" leftMs={facts.lifetimeLeftMs} over="It has ended." />
      </Fact>
      <Fact name="Revision">{facts.revision}</Fact>
      <Fact name="Last changed by">server {facts.servedBy}</Fact>
    </Facts>
  );
}
