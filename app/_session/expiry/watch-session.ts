import { pendingCart } from "@/lib/cart/pending-cart";
import type { LiveStore } from "../store/live-store";
import { pageNow } from "../store/page-now";
import { look } from "../store/refresh";
import { announce, hear } from "../store/tab-channel";
import { isWorthALook, watchStep } from "./watch-step";

const STEP_MS = 500;

/**
 * Watches the page's session, until the returned function is called: warns before it ends, and notices that it has ended
 * or was wound elsewhere. Asks nothing when the page loads, and nothing while the tab is hidden.
 */
export function watchSession(live: LiveStore): () => void {
  announce(live);

  function step() {
    const { presence, session, watch } = live.get();
    if (presence !== "live" || !session || document.visibilityState === "hidden") return;
    const next = watchStep(session.clock, watch, pageNow());
    if (next === "look") void look(live);
    if (next === "warn") {
      const warnedOfMs = session.clock.endsAtMs;
      live.set(() => ({ watch: { ...watch, warnedOfMs }, isWarningClosed: false }));
    }
  }

  function comeBack() {
    const { presence, watch } = live.get();
    if (presence !== "live" || document.visibilityState === "hidden") return;
    if (isWorthALook(watch, pageNow())) void look(live);
  }

  const hush = hear(({ handle, leftMs, idleMs, cart: told }) => {
    const { presence, session } = live.get();
    if (presence === "none" && handle !== null) return void look(live);
    if (presence !== "live" || !session) return;
    if (handle !== session.handle) return void look(live);
    const clock = { ...session.clock, idleMs, endsAtMs: pageNow() + leftMs };
    live.set(({ watch, cart }) => ({
      session: { ...session, clock },
      // What is under way here is answered with a cart that has both.
      ...(told && cart.pending.length === 0 && { cart: pendingCart(told) }),
      watch: { ...watch, lookedAtMs: pageNow(), isOutOfReach: false },
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
