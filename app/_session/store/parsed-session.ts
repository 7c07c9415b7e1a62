import type { Cart, CartLine } from "@/lib/cart/cart";
import { numberAt, textAt, valueAt } from "./json-field";

/** What the browser reads of a session, from `GET /api/session` and every other answer that holds one. */
export interface ParsedSession {
  readonly handle: string;
  /** The user's name, `null` for an anonymous visitor. */
  readonly user: string | null;
  readonly theme: string;
  readonly idleSeconds: number;
  readonly ttlSeconds: number;
  readonly lifetimeSeconds: number;
  readonly cart: Cart;
  /** Units in the cart, and their price by the server's catalogue. */
  readonly items: number;
  readonly totalCents: number;
  /** Views counted, `[server, count]`. */
  readonly views: readonly (readonly [server: string, count: number])[];
  readonly revision: number;
}

/** The cart in an answer, `null` if it is none. */
export function parseCart(body: unknown): Cart | null {
  const lines = valueAt(body, "lines");
  if (!Array.isArray(lines)) return null;
  return {
    lines: lines.flatMap((line): CartLine[] => {
      const sku = textAt(line, "sku");
      const quantity = valueAt(line, "quantity");
      return sku !== null && typeof quantity === "number" ? [{ sku, quantity }] : [];
    }),
  };
}

/** The session in an answer: `null` says that there is none, `undefined` that this is no such answer. */
export function parseSession(body: unknown): ParsedSession | null | undefined {
  const session = valueAt(body, "session");
  if (session === null) return null;
  const handle = textAt(session, "handle");
  const theme = textAt(session, "profile", "theme");
  const cart = parseCart(valueAt(session, "cart"));
  const idleSeconds = numberAt(session, "idleSeconds");
  const ttlSeconds = numberAt(session, "ttlSeconds");
  if (handle === null || theme === null || cart === null) return undefined;
  if (idleSeconds === null || ttlSeconds === null) return undefined;
  const [createdAt, expiresAt] = [textAt(session, "createdAt"), textAt(session, "expiresAt")];
  return {
    handle,
    user: textAt(session, "user", "name"),
    theme,
    idleSeconds,
    ttlSeconds,
    lifetimeSeconds: (Date.parse(expiresAt ?? "") - Date.parse(createdAt ?? "")) / 1000,
    cart,
    items: numberAt(session, "cart", "quantity") ?? 0,
    totalCents: numberAt(session, "cart", "totalCents") ?? 0,
    views: parseViews(valueAt(session, "views")),
    revision: numberAt(session, "revision") ?? 0,
  };
}

function parseViews(value: unknown): ParsedSession["views"] {
  return Object.entries(typeof value === "object" && value !== null ? value : {})
    .filter((each): each is [string, number] => typeof each[1] === "number")
    .sort(([one], [other]) => one.localeCompare(other));
}

/** All views, of whichever server. */
export function viewsOf({ views }: ParsedSession): number {
  return views.reduce((sum, [, count]) => sum + count, 0);
}
