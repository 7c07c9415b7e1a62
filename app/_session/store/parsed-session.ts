import type { Cart, CartLine } from "@/lib/cart/cart";
import { textAt, valueAt } from "./json-field";

/** What the browser takes from `GET /api/session` and its like. */
export interface ParsedSession {
  readonly handle: string;
  /** The user's name, `null` for an anonymous visitor. */
  readonly user: string | null;
  readonly theme: string;
  readonly idleSeconds: number;
  readonly ttlSeconds: number;
  readonly lifetimeSeconds: number;
  readonly cart: Cart;
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
  const [idleSeconds, ttlSeconds] = [valueAt(session, "idleSeconds"), valueAt(session, "ttlSeconds")];
  if (handle === null || theme === null || cart === null) return undefined;
  if (typeof idleSeconds !== "number" || typeof ttlSeconds !== "number") return undefined;
  const [createdAt, expiresAt] = [textAt(session, "createdAt"), textAt(session, "expiresAt")];
  const lifetimeSeconds = (Date.parse(expiresAt ?? "") - Date.parse(createdAt ?? "")) / 1000;
  const user = textAt(session, "user", "name");
  return { handle, user, theme, idleSeconds, ttlSeconds, lifetimeSeconds, cart };
}
