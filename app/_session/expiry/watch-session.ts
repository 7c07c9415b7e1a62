import { pendingCart } from "@/lib/cart/pending-cart";
import type { LiveStore } from "../store/live-store";
import { pageNow } from "../store/page-now";
import { refresh } from "../store/refresh";
import { announce, hear } from "../store/tab-channel";
import { shouldRefreshOnReturn, watchStep } from "./watch-step";

const STEP_MS = 500;

/**
 * Watches the page's session, until the returned function is called: warns before it ends, and notices that it has ended
 * or was renewed elsewhere. Asks nothing when the page loads, and nothing while the tab is hidden.
 */
export function watchSession(live: LiveStore): () => void {
  announce(live);

  function step() {
    const { presence, session, watch } = live.get();
    if (presence !== "live" || !session || document.visibilityState === "hidden") return;
    const next = watchStep(session.expiry, watch, pageNow());
    if (next === "refresh") void refresh(live);
    if (next === "warn") {
      const warnedOfMs = session.expiry.endsAtMs;
      live.set(() => ({ watch: { ...watch, warnedOfMs }, isWarningClosed: false }));
    }
  }

  function comeBack() {
    const { presence, watch } = live.get();
    if (presence !== "live" || document.visibilityState === "hidden") return;
    if (shouldRefreshOnReturn(watch, pageNow())) void refresh(live);
  }

  const hush = hear(({ handle, leftMs, idleMs, cart: newCart }) => {
    const { presence, session } = live.get();
    if (presence === "none" && handle !== null) return void refresh(live);
    if (presence !== "live" || !session) return;
    if (handle !== session.handle) return void refresh(live);
    const expiry = { ...session.expiry, idleMs, endsAtMs: pageNow() + leftMs };
    live.set(({ watch, cart }) => ({
      session: { ...session, expiry },
      // What is under way here is answered with a cart that has both.
      ...(newCart && cart.pending.length === 0 && { cart: pendingCart(newCart) }),
      watch: { ...watch, polledAtMs: pageNow(), isOutOfReach: false },
    }));
  });

  const timer = setInterval(step, STEP_MS);
  window.addEventListener("focus", comeBack);
  document.addEventListener("visibilitychange", comeBack);
  return () => {
    hush();
    clearInterval(timer);
    window.removeEventListener("focus", comeBack);
    document.removeEventListener("visibilitychange", comeBack);
  };
}
