import { sessionHead, sessionTraces, sessionUser } from "@carryover/session/internal/session-head";
import { z } from "zod/mini";
import { MAX_LINES, MAX_QUANTITY } from "@/lib/cart/cart";

/** How many servers `views` names; the rest are summed under {@link OTHER_VIEWS}. */
export const MAX_VIEW_NAMES = 20;
export const OTHER_VIEWS = "other";

export const locales = ["en-US", "en-GB", "de-DE", "fr-FR", "ja-JP"] as const;
export const themes = ["system", "light", "dark"] as const;
export const displayName = z.string().check(z.trim(), z.minLength(1), z.maxLength(64));

// Every object is loose: a field that a newer build wrote survives a write by this one.
const profile = z.looseObject({ displayName, locale: z.enum(locales), theme: z.enum(themes) });
const cartLine = z.looseObject({
  sku: z.string().check(z.minLength(1), z.maxLength(64)),
  quantity: z.int().check(z.minimum(1), z.maximum(MAX_QUANTITY)),
});

/**
 * A session as Redis keeps it. Times are epoch milliseconds by Redis' own clock.
 * The codec (`session-codec.ts`) turns it into JSON and back; older versions: `session-migrations.ts`.
 */
export const sessionSchema = z.looseObject({
  ...sessionHead,
  user: sessionUser,
  profile,
  cart: z.looseObject({ lines: z.array(cartLine).check(z.maxLength(MAX_LINES)) }),
  /** Views counted, `[server, count]`, the server that counted last at the end. */
  views: z
    .array(z.tuple([z.string().check(z.minLength(1), z.maxLength(64)), z.int().check(z.minimum(0))]))
    .check(z.maxLength(MAX_VIEW_NAMES + 1)),
  ...sessionTraces,
});

export type { KnownSession } from "@carryover/session/internal/next/known-session";
export type { InspectedSession, LiveSession, SessionStore } from "@carryover/session/internal/session-store";
export type Session = z.infer<typeof sessionSchema>;
export type Profile = Session["profile"];
export type User = NonNullable<Session["user"]>;

/** A session about to begin: the store gives it an ID, a revision and its times. */
export type SessionDraft = Pick<
  Session,
  "user" | "profile" | "cart" | "views" | "servedBy" | "device" | "idleSeconds"
>;

/** What a session is given when it begins, besides its content. */
export type Beginning = Pick<SessionDraft, "idleSeconds" | "servedBy" | "device">;

/** The session of someone who put something into the cart, or chose a theme, before anything else. */
export function anonymousSession(beginning: Beginning): SessionDraft {
  return {
    user: null,
    profile: newProfile("Visitor"),
    cart: { lines: [] },
    views: [],
    ...beginning,
  };
}

/**
 * The session of a user who signs in. The cart, the locale and the theme come along from `carried` when that
 * session was anonymous or this user's own; nothing comes along from another user's.
 */
export function signedInSession(user: User, carried: Session | null, beginning: Beginning): SessionDraft {
  const fresh = { ...anonymousSession(beginning), user, profile: newProfile(user.name) };
  if (!carried || (carried.user && carried.user.id !== user.id)) return fresh;
  const displayName = carried.user ? carried.profile.displayName : user.name;
  return { ...fresh, cart: carried.cart, profile: { ...carried.profile, displayName } };
}

// The transitions below serve a session and a draft alike: what has no session yet begins with its first change.

/** Changes the cart of a session by a rule of `lib/cart`. */
export function changeCart<S extends SessionDraft>(
  session: S,
  change: (cart: Session["cart"]) => Session["cart"],
): S {
  return { ...session, cart: change(session.cart) };
}

/** Sets the idle timeout; the clock starts again with it. */
export function setIdle<S extends SessionDraft>(session: S, idleSeconds: number): S {
  return { ...session, idleSeconds };
}

/** Changes the given fields of the profile. */
export function editProfile<S extends SessionDraft>(session: S, fields: Partial<Profile>): S {
  return { ...session, profile: { ...session.profile, ...fields } };
}

/** Counts one view for a server. The names that counted last are kept, the rest are summed under `other`. */
export function countView<S extends SessionDraft>(session: S, server: string): S {
  const countOf = (name: string) => session.views.find(([each]) => each === name)?.[1] ?? 0;
  const named: Session["views"] = session.views.filter(([name]) => name !== server && name !== OTHER_VIEWS);
  // A server may be called like the sum of the others: it is counted there.
  if (server !== OTHER_VIEWS) named.push([server, countOf(server) + 1]);
  const dropped = named.splice(0, Math.max(0, named.length - MAX_VIEW_NAMES));
  const other = dropped.reduce(
    (sum, [, count]) => sum + count,
    countOf(OTHER_VIEWS) + (server === OTHER_VIEWS ? 1 : 0),
  );
  return { ...session, views: other > 0 ? [[OTHER_VIEWS, other], ...named] : named };
}

function newProfile(name: string): Profile {
  return { displayName: name, locale: "en-GB", theme: "system" };
}
