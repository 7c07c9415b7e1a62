import { idempotencyKey } from "@carryover/session";
import type { Cart } from "@/lib/cart/cart";
import type { CartChange } from "@/lib/cart/cart-change";
import { type PendingCart, pendingCart } from "@/lib/cart/pending-cart";
import { type ChangeQueue, changeQueue } from "../cart/change-queue";
import type { SessionExpiry } from "../expiry/session-expiry";
import type { Watch } from "../expiry/watch-step";
import type { Failure } from "./outcome";

/** What the server knew of the session when it rendered the page. */
export interface InitialSession {
  readonly handle: string;
  /** The user's name, `null` for an anonymous visitor. */
  readonly user: string | null;
  readonly idleSeconds: number;
  readonly ttlMs: number;
  readonly lifetimeLeftMs: number;
  readonly cart: Cart;
}

export interface LiveSession {
  readonly handle: string;
  readonly user: string | null;
  readonly expiry: SessionExpiry;
}

/** Why a form's changes were not made. */
export interface FormNotice {
  readonly failure: Failure;
  /** Each with the key that it was sent under. */
  readonly unmade: readonly { readonly change: CartChange; readonly key: string }[];
  /** The cart with them. */
  readonly expected: Cart;
  /** How often it was tried again in vain. */
  readonly tries: number;
}

/** `none`, `unavailable`: as the page was rendered. `ended`, `changed`: it shows a session that is no longer this browser's. */
export type Presence = "none" | "unavailable" | "live" | "ended" | "changed";

/** What the page shows of the session between one load and the next. */
export interface LiveState {
  readonly presence: Presence;
  readonly session: LiveSession | null;
  readonly cart: PendingCart;
  /** By the place of the form that they belong to. */
  readonly notices: Readonly<Record<string, FormNotice>>;
  /** Whether a form shows the end already. */
  readonly isEndShown: boolean;
  readonly watch: Watch;
  /** Whether the warning of `watch.warnedOfMs` was put away. */
  readonly isWarningClosed: boolean;
  /** The server that answered last. */
  readonly servedBy: string;
}

export interface LiveStore {
  get(): LiveState;
  set(change: (state: LiveState) => Partial<LiveState>): void;
  subscribe(listener: () => void): () => void;
  readonly queue: ChangeQueue;
  /** 128 random bits, new with each render: what the idempotency keys of the page's forms are made of. */
  readonly pageKey: string;
}

export function liveStore(initial: InitialSession | "unavailable" | null, servedBy: string): LiveStore {
  let state = initialState(initial, servedBy);
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change(state) };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    queue: changeQueue(),
    pageKey: idempotencyKey.create(),
  };
}

function initialState(initial: InitialSession | "unavailable" | null, servedBy: string): LiveState {
  const session = initial === "unavailable" ? null : initial;
  return {
    presence: initial === "unavailable" ? initial : initial ? "live" : "none",
    session: session && {
      handle: session.handle,
      user: session.user,
      expiry: {
        idleMs: session.idleSeconds * 1000,
        endsAtMs: session.ttlMs,
        lifetimeEndsAtMs: session.lifetimeLeftMs,
      },
    },
    cart: pendingCart(session?.cart ?? { lines: [] }),
    notices: {},
    isEndShown: false,
    watch: { polledAtMs: 0, askedAtMs: 0, isOutOfReach: false, warnedOfMs: null },
    isWarningClosed: false,
    servedBy,
  };
}
