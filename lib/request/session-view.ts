import { instanceName } from "@carryover/session/internal/next/instance";
import { knownSession } from "@carryover/session/internal/next/known-session";
import { type PricedCart, priceCart } from "@/lib/cart/priced-cart";
import type { KnownSession, LiveSession, Profile } from "@/lib/session-definition";

/** The session as its owner sees it over HTTP. Times are ISO 8601 UTC; `ttlSeconds` is rounded down. */
export interface SessionView {
  readonly handle: string;
  readonly user: { readonly id: string; readonly name: string } | null;
  readonly profile: Pick<Profile, "displayName" | "locale" | "theme">;
  readonly cart: PricedCart;
  readonly views: Readonly<Record<string, number>>;
  readonly createdAt: string;
  /** The absolute end. */
  readonly expiresAt: string;
  readonly idleSeconds: number;
  readonly ttlSeconds: number;
  readonly revision: number;
}

export interface SessionAnswer {
  /** Whether a user is signed in. */
  readonly authenticated: boolean;
  readonly servedBy: string;
  readonly session: SessionView | null;
}

export function sessionView({ handle, session, ttlMs }: KnownSession): SessionView {
  const { user, idleSeconds, revision } = session;
  const { profile } = session.data;
  return {
    handle,
    user: user && { id: user.id, name: user.name },
    profile: { displayName: profile.displayName, locale: profile.locale, theme: profile.theme },
    cart: priceCart(session.data.cart),
    views: Object.fromEntries(session.data.views),
    createdAt: new Date(session.createdAt).toISOString(),
    expiresAt: new Date(session.expiresAt).toISOString(),
    idleSeconds,
    ttlSeconds: Math.floor(ttlMs / 1000),
    revision,
  };
}

/** The body of `GET /api/session`, and of every answer that is "the session". */
export async function sessionAnswer(live: LiveSession | null): Promise<SessionAnswer> {
  const session = live && sessionView(await knownSession(live));
  return { authenticated: Boolean(session?.user), servedBy: instanceName(), session };
}
