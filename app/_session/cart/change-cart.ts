import { idempotencyKey } from "@carryover/session";
import { type CartChange, isSameCart, makeChanges } from "@/lib/cart/cart-change";
import { withChange, withoutChange } from "@/lib/cart/pending-cart";
import { renewedExpiry } from "../expiry/session-expiry";
import { withFailure, withoutNotice } from "../forms/form-notices";
import type { LiveStore } from "../store/live-store";
import type { Failure } from "../store/outcome";
import { pageNow } from "../store/page-now";
import { parseCart } from "../store/parsed-session";
import { refresh } from "../store/refresh";
import { sendChange } from "../store/session-requests";
import { announce } from "../store/tab-channel";

/** Changes that are under way together: where one finds the store out of reach or the session over, those that wait fail with it, unsent. */
interface Course {
  failure: Failure | null;
}

let changes = 0;
let course: Course = { failure: null };

/**
 * Changes the cart: shows it at once, sends it, and shows what the server says. A change that was not made goes without a
 * trace, and the form at `place` says why.
 *
 * @param key of a change that is tried again, so that it is made once whatever became of it before
 */
export async function changeCart(
  live: LiveStore,
  place: string,
  change: CartChange,
  key = idempotencyKey.create(),
): Promise<void> {
  changes += 1;
  const number = changes;
  const ours = course;
  live.set(({ cart, notices }) => ({
    cart: withChange(cart, { number, change }),
    notices: withoutNotice(notices, place),
  }));
  const { kind, ...fields } = change;
  const send = async () => ours.failure ?? (await sendChange(`/api/cart/${kind}`, fields, key));
  const outcome = await live.queue.run(send);
  const before = live.get().cart.confirmed;
  const expected = makeChanges(before, [change]);
  if (outcome.kind !== "done") {
    if (outcome.kind !== "refused" && course === ours) {
      ours.failure = outcome;
      course = { failure: null };
    }
    live.set((state) => withFailure(state, { place, number, change, key, failure: outcome }));
    // By what the page knew, it could have been done: so the page is behind.
    if (outcome.kind === "refused" && expected !== before) await refresh(live);
    return;
  }
  const parsed = parseCart(outcome.body);
  live.set(({ cart, session, servedBy }) => ({
    cart: withoutChange(cart, number, parsed),
    servedBy: outcome.servedBy ?? servedBy,
    session: session && { ...session, expiry: renewedExpiry(session.expiry, pageNow()) },
  }));
  // The change began a session, or somebody else changed this one: the answer alone does not say how it is now.
  if (live.get().presence === "none" || !parsed || !isSameCart(parsed, expected)) await refresh(live);
  announce(live, true);
}

/** Whether a change can be made from here; else its form is sent as it would be without JavaScript. */
export function canChange(live: LiveStore): boolean {
  const { presence } = live.get();
  return presence === "live" || presence === "none";
}
