import { defineSession, type SessionDataOf } from "@carryover/session";
import { z } from "zod/mini";
import { MAX_LINES, MAX_QUANTITY } from "@/lib/cart/cart";
import { locales, themes } from "@/lib/profile-choices";

/** How many servers `views` names; the rest are summed under {@link OTHER_VIEWS}. */
export const MAX_VIEW_NAMES = 20;
export const OTHER_VIEWS = "other";

export const displayName = z.string().check(z.trim(), z.minLength(1), z.maxLength(64));

// Every object is loose: a field that a newer build wrote survives a write by this one.
const profile = z.looseObject({ displayName, locale: z.enum(locales), theme: z.enum(themes) });
export type Profile = z.infer<typeof profile>;
const cartLine = z.looseObject({
  sku: z.string().check(z.minLength(1), z.maxLength(64)),
  quantity: z.int().check(z.minimum(1), z.maximum(MAX_QUANTITY)),
});

/**
 * What the shop keeps in a session; the package keeps more beside it. Older data: the migrations below.
 */
export const session = defineSession({
  version: 2,
  schema: z.looseObject({
    profile,
    cart: z.looseObject({ lines: z.array(cartLine).check(z.maxLength(MAX_LINES)) }),
    /** Views counted, `[server, count]`, the server that counted last at the end. */
    views: z
      .array(z.tuple([z.string().check(z.minLength(1), z.maxLength(64)), z.int().check(z.minimum(0))]))
      .check(z.maxLength(MAX_VIEW_NAMES + 1)),
  }),
  initial: () => ({ profile: newProfile("Visitor"), cart: { lines: [] }, views: [] }),
  migrations: {
    // Sessions that began before devices were noted: the package says that it does not know theirs.
    1: (older) => older,
  },
  /** The cart, the locale and the theme come along. */
  onSignIn: ({ user: previousUser, data: { profile, cart } }, user) => ({
    profile: { ...profile, displayName: previousUser ? profile.displayName : user.name },
    cart,
    views: [],
  }),
  pages: {
    signIn: "/login",
    unavailable: "/unavailable",
    protected: ["/profile", "/sessions"],
    needStore: ["/cart"],
  },
});

export type SessionData = SessionDataOf<typeof session>;

/** Changes the given fields of the profile. */
export function editProfile(fields: Partial<Profile>): (data: SessionData) => SessionData {
  return (data) => ({ ...data, profile: { ...data.profile, ...fields } });
}

/** Counts one view for a server. The names that counted last are kept, the rest are summed under `other`. */
export function countView(data: SessionData, server: string): SessionData {
  const countOf = (name: string) => data.views.find(([each]) => each === name)?.[1] ?? 0;
  const named: SessionData["views"] = data.views.filter(([name]) => name !== server && name !== OTHER_VIEWS);
  // A server may be called like the sum of the others: it is counted there.
  if (server !== OTHER_VIEWS) named.push([server, countOf(server) + 1]);
  const dropped = named.splice(0, Math.max(0, named.length - MAX_VIEW_NAMES));
  const other = dropped.reduce(
    (sum, [, count]) => sum + count,
    countOf(OTHER_VIEWS) + (server === OTHER_VIEWS ? 1 : 0),
  );
  return { ...data, views: other > 0 ? [[OTHER_VIEWS, other], ...named] : named };
}

function newProfile(name: string): Profile {
  return { displayName: name, locale: "en-GB", theme: "system" };
}
