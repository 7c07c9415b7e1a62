import type { User } from "@carryover/session";
import { createSessionCodec } from "@carryover/session/internal/codec";
import type {
  SessionDraft as DraftOf,
  SessionInit,
  Session as SessionOf,
} from "@carryover/session/internal/define-session";
import { anonymousDraft, signedInDraft } from "@carryover/session/internal/define-session";
import type {
  LiveSession as LiveSessionOf,
  NoSession,
  SessionStore as SessionStoreOf,
} from "@carryover/session/redis";
import { addToCart } from "@/lib/cart/cart";
import {
  countView as countViewOf,
  editProfile as editProfileOf,
  type Profile,
  type SessionData,
  session,
} from "@/lib/session-definition";

// For tests and proofs: sessions of the shop as the store holds them.

export type Session = SessionOf<SessionData>;
export type SessionDraft = DraftOf<SessionData>;
export type LiveSession = LiveSessionOf<SessionData>;
export type SessionStore = SessionStoreOf<SessionData>;

/** The codec of this build. */
export const sessionCodec = createSessionCodec(session);

export const sessionInit = { idleSeconds: 60, servedBy: "a", device: "a test" };
export const ada = { id: "user-ada", name: "ada" };
export const bob = { id: "user-bob", name: "bob" };

export function anonymousSession(init: SessionInit): SessionDraft {
  return anonymousDraft(session, init);
}

export function signedInSession(user: User, carried: Session | null, init: SessionInit): SessionDraft {
  return signedInDraft(session, { user, carried, init });
}

// The shop's changes, of a session and of a draft.

const onData =
  (change: (data: SessionData) => SessionData) =>
  <S extends SessionDraft>(draft: S): S => ({ ...draft, data: change(draft.data) });

export function changeCart<S extends SessionDraft>(
  draft: S,
  change: (cart: SessionData["cart"]) => SessionData["cart"],
): S {
  return onData((data) => ({ ...data, cart: change(data.cart) }))(draft);
}

export function setIdle<S extends SessionDraft>(draft: S, idleSeconds: number): S {
  return { ...draft, idleSeconds };
}

export function editProfile<S extends SessionDraft>(draft: S, fields: Partial<Profile>): S {
  return onData(editProfileOf(fields))(draft);
}

export function countView<S extends SessionDraft>(draft: S, server: string): S {
  return onData((data) => countViewOf(data, server))(draft);
}

/** A change: one more of a product. */
export const add = (sku: string) => (session: Session) =>
  changeCart(session, (cart) => addToCart(cart, sku, 1));

export const linesOf = (live: LiveSession) =>
  live.session.data.cart.lines.map(({ sku, quantity }) => `${quantity} ${sku}`);

/** The session that was found, where a test is sure of it. */
export function live(found: LiveSession | NoSession): LiveSession {
  if (found.state !== "live") throw new Error(`expected a live session, found ${found.state}`);
  return found;
}
