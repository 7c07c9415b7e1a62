import { z } from "zod/mini";
import { createSessionCodec } from "../../codec.ts";
import {
  anonymousDraft,
  type SessionDraft as DraftOf,
  defineSession,
  type SessionDataOf,
  type SessionInit,
  type Session as SessionOf,
  signedInDraft,
  type User,
} from "../../define-session.ts";
import type { LiveSession as LiveSessionOf, SessionStore as SessionStoreOf } from "../../store.ts";

// The sessions that the contract is checked with: lines that a sign-in carries over, and views that it does not.

const line = z.looseObject({ sku: z.string(), quantity: z.int().check(z.minimum(1)) });

export const contractSession = defineSession({
  version: 2,
  schema: z.looseObject({
    cart: z.looseObject({ lines: z.array(line) }),
    views: z.array(z.tuple([z.string(), z.int()])),
  }),
  initial: () => ({ cart: { lines: [] }, views: [] }),
  migrations: { 1: (older) => older },
  onSignIn: ({ data: { cart } }) => ({ cart, views: [] }),
  pages: {
    signIn: "/login",
    unavailable: "/unavailable",
    protected: ["/profile", "/sessions"],
    needStore: ["/cart"],
  },
});

export type SessionData = SessionDataOf<typeof contractSession>;
export type Session = SessionOf<SessionData>;
export type SessionDraft = DraftOf<SessionData>;
export type LiveSession = LiveSessionOf<SessionData>;
export type SessionStore = SessionStoreOf<SessionData>;

export const sessionCodec = createSessionCodec(contractSession);

export function anonymousSession(init: SessionInit): SessionDraft {
  return anonymousDraft(contractSession, init);
}

export function signedInSession(user: User, carried: Session | null, init: SessionInit): SessionDraft {
  return signedInDraft(contractSession, { user, carried, init });
}

/** Puts one more piece on the line of this product. @throws Error for one that is not sold */
export function addPiece<S extends SessionDraft>(session: S, sku: string): S {
  if (!SOLD.includes(sku)) throw new Error("There is no such product.");
  const { lines } = session.data.cart;
  const known = lines.some((each) => each.sku === sku);
  const added = known
    ? lines.map((each) => (each.sku === sku ? { ...each, quantity: each.quantity + 1 } : each))
    : [...lines, { sku, quantity: 1 }];
  return { ...session, data: { ...session.data, cart: { ...session.data.cart, lines: added } } };
}

const SOLD = ["tote", "lantern"];

export function setIdle<S extends SessionDraft>(session: S, idleSeconds: number): S {
  return { ...session, idleSeconds };
}

/** Counts one view for a server. */
export function countView<S extends SessionDraft>(session: S, server: string): S {
  const others = session.data.views.filter(([name]) => name !== server);
  const before = session.data.views.find(([name]) => name === server)?.[1] ?? 0;
  return { ...session, data: { ...session.data, views: [...others, [server, before + 1]] } };
}
