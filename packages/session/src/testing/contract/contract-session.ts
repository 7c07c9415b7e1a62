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

// The sessions that the contract is checked with: items that a sign-in carries over, and views that it does not.

const item = z.looseObject({ name: z.string(), count: z.int().check(z.minimum(1)) });

export const contractSession = defineSession({
  version: 2,
  schema: z.looseObject({
    list: z.looseObject({ items: z.array(item) }),
    views: z.array(z.tuple([z.string(), z.int()])),
  }),
  initial: () => ({ list: { items: [] }, views: [] }),
  migrations: { 1: (older) => older },
  onSignIn: ({ data: { list } }) => ({ list, views: [] }),
  pages: {
    signIn: "/login",
    unavailable: "/unavailable",
    protected: ["/account", "/sessions"],
    needStore: ["/list"],
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

/** Counts one more item of this name. @throws Error for one that is not known */
export function addItem<S extends SessionDraft>(session: S, name: string): S {
  if (!KNOWN.includes(name)) throw new Error("There is no such item.");
  const { items } = session.data.list;
  const known = items.some((each) => each.name === name);
  const added = known
    ? items.map((each) => (each.name === name ? { ...each, count: each.count + 1 } : each))
    : [...items, { name, count: 1 }];
  return { ...session, data: { ...session.data, list: { ...session.data.list, items: added } } };
}

const KNOWN = ["tote", "lantern"];

export function setIdle<S extends SessionDraft>(session: S, idleSeconds: number): S {
  return { ...session, idleSeconds };
}

/** Counts one view for a server. */
export function countView<S extends SessionDraft>(session: S, server: string): S {
  const others = session.data.views.filter(([name]) => name !== server);
  const before = session.data.views.find(([name]) => name === server)?.[1] ?? 0;
  return { ...session, data: { ...session.data, views: [...others, [server, before + 1]] } };
}
