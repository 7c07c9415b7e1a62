import type { Cart } from "@/lib/cart/cart";
import type { LiveStore } from "./live-store";
import { pageNow } from "./page-now";

/** What a tab sends to the others: its session, when that expires, and what it has changed. Never leaves the browser. */
export interface Announcement {
  /** `null`: this browser has no session. */
  readonly handle: string | null;
  readonly leftMs: number;
  readonly idleMs: number;
  /** From the last answer of the server to this tab; `null` where the answer had no newer cart. */
  readonly cart: Cart | null;
}

let channel: BroadcastChannel | undefined;

// One object for both ways: a channel does not hear itself.
function tabChannel(): BroadcastChannel | undefined {
  if (!channel && "BroadcastChannel" in window) channel = new BroadcastChannel("carryover-session");
  return channel;
}

/**
 * Sends the last answer of the server to the other tabs of this browser.
 *
 * @param isCartNew whether the cart is part of it: a page that was loaded may be older than what another tab shows
 */
export function announce(live: LiveStore, isCartNew = false): void {
  const { presence, session, cart } = live.get();
  // In an outage nothing is known.
  if (presence === "unavailable") return;
  const announcement: Announcement = {
    handle: session?.handle ?? null,
    leftMs: session ? session.expiry.endsAtMs - pageNow() : 0,
    idleMs: session?.expiry.idleMs ?? 0,
    cart: isCartNew ? cart.confirmed : null,
  };
  tabChannel()?.postMessage(announcement);
}

/** Hears the other tabs, until the returned function is called. */
export function hear(listener: (announcement: Announcement) => void): () => void {
  const onMessage = ({ data }: MessageEvent<Announcement>) => listener(data);
  tabChannel()?.addEventListener("message", onMessage);
  return () => tabChannel()?.removeEventListener("message", onMessage);
}
