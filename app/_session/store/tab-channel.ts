import type { Cart } from "@/lib/cart/cart";
import type { LiveStore } from "./live-store";
import { pageNow } from "./page-now";

/** What a tab tells the others: whose session it has, how its clock stands, and what it has changed. Never leaves the browser. */
export interface Announcement {
  /** `null`: this browser has no session. */
  readonly handle: string | null;
  readonly leftMs: number;
  readonly idleMs: number;
  /** As the server has just told it to this tab; `null` where it told nothing new. */
  readonly cart: Cart | null;
}

let channel: BroadcastChannel | undefined;

// One object for both ways: a channel does not hear itself.
function tabChannel(): BroadcastChannel | undefined {
  if (!channel && "BroadcastChannel" in window) channel = new BroadcastChannel("carryover-session");
  return channel;
}

/**
 * Tells the other tabs of this browser what this one has just heard from the server.
 *
 * @param isCartNew whether the cart is part of it: a page that was loaded may be older than what another tab shows
 */
export function announce(live: LiveStore, isCartNew = false): void {
  const { presence, session, cart } = live.get();
  // In an outage nothing is known.
  if (presence === "unavailable") return;
  const announcement: Announcement = {
    handle: session?.handle ?? null,
    leftMs: session ? session.clock.endsAtMs - pageNow() : 0,
    idleMs: session?.clock.idleMs ?? 0,
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
