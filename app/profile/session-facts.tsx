import type { CurrentSession } from "@carryover/session";
import type { SessionData } from "@/lib/session-definition";
import { sessionView } from "@/lib/session-view";
import { Countdown } from "../_ui/countdown";
import { Fact, Facts } from "../_ui/facts";
import { formatDuration, formatTime } from "../_ui/format";
import { formatCount, formatMoney, numberStyleOf } from "../_ui/number-style";

/** What the session is made of. Both remaining times count down in the browser, and the display renews neither. */
export function SessionFacts({ known }: { readonly known: CurrentSession<SessionData> }) {
  const { ttlMs, nowMs } = known;
  const { cart } = sessionView(known);
  const { locale } = known.data.profile;
  const numbers = numberStyleOf(locale);
  return (
    <Facts>
      <Fact name="User">
        <bdi>{known.user?.name}</bdi>
      </Fact>
      <Fact name="Session">
        <code>{known.handle}</code>
      </Fact>
      <Fact name="Cart">
        {formatCount(cart.quantity, numbers)} {cart.quantity === 1 ? "item" : "items"},{" "}
        {formatMoney(cart.totalCents, numbers)}
      </Fact>
      <Fact name="Began">{formatTime(known.createdAt, locale)}</Fact>
      <Fact name="Idle timeout">{formatDuration(known.idleSeconds * 1000)}</Fact>
      <Fact name="Ends without a visit in">
        <Countdown follows="idle" leftMs={ttlMs} over="It has ended." />
      </Fact>
      <Fact name="Ends in any case in">
        <Countdown follows="lifetime" leftMs={known.expiresAt - nowMs} over="It has ended." />
      </Fact>
      <Fact name="Revision">{known.revision}</Fact>
      <Fact name="Last changed by">server {known.servedBy}</Fact>
    </Facts>
  );
}
