import { isSameCart } from "@/lib/cart/cart-change";
import { dropNotice } from "../forms/form-notices";
import type { LiveStore } from "../store/live-store";
import { refresh } from "../store/refresh";
import { canChange, changeCart } from "./change-cart";

/**
 * Makes what was not made. That nobody answered does not say that nothing was done: so this refreshes first, and what the cart
 * already has is not asked for again.
 */
export async function tryAgain(live: LiveStore, place: string): Promise<void> {
  const notice = live.get().notices[place];
  const parsed = await refresh(live);
  if (!notice) return;
  if (parsed === undefined) {
    const again = { ...notice, tries: notice.tries + 1 };
    live.set(({ notices }) => ({ notices: { ...notices, [place]: again } }));
    return;
  }
  dropNotice(live, place);
  if ((parsed && isSameCart(parsed.cart, notice.expected)) || !canChange(live)) return;
  await Promise.all(notice.unmade.map(({ change, key }) => changeCart(live, place, change, key)));
}
