import type { CurrentSession } from "@carryover/session";
import { type PricedCart, priceCart } from "@/lib/cart/priced-cart";
import { type ShopSession, server } from "@/lib/session";
import type { Profile, SessionData } from "@/lib/session-definition";

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

export function sessionView(session: CurrentSession<SessionData>): SessionView {
  const { handle, user, data, createdAt, expiresAt, idleSeconds, ttlSeconds, revision } = session;
  const { displayName, locale, theme } = data.profile;
  return {
    handle,
    user: user && { id: user.id, name: user.name },
    profile: { displayName, locale, theme },
    cart: priceCart(data.cart),
    views: Object.fromEntries(data.views),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
    idleSeconds,
    ttlSeconds,
    revision,
  };
}

/** The body of `GET /api/session`, and of every answer that is "the session". */
export function sessionAnswer(current: CurrentSession<SessionData> | null): SessionAnswer {
  const session = current && sessionView(current);
  return { authenticated: Boolean(session?.user), servedBy: server.name, session };
}

/** The same of a handler's session, as it is after what the handler has done. */
export async function answerOf(session: ShopSession): Promise<SessionAnswer> {
  return sessionAnswer((await session.read()).current);
}
