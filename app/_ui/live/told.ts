import type { Cart, CartLine } from "@/lib/cart/cart";

/** What the browser takes from `GET /api/session` and its like. */
export interface ToldSession {
  readonly handle: string;
  /** The user's name, `null` for an anonymous visitor. */
  readonly user: string | null;
  readonly theme: string;
  readonly idleSeconds: number;
  readonly ttlSeconds: number;
  readonly lifetimeSeconds: number;
  readonly cart: Cart;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** The text in this field of an answer, `null` for anything else. */
export function toldText(body: unknown, name: string): string | null {
  const text = field(body, name);
  return typeof text === "string" ? text : null;
}

/** The cart in an answer, `null` if it is none. */
export function toldCart(body: unknown): Cart | null {
  const lines = field(body, "lines");
  if (!Array.isArray(lines)) return null;
  return {
    lines: lines.flatMap((line): CartLine[] => {
      const sku = toldText(line, "sku");
      const quantity = field(line, "quantity");
      return sku !== null && typeof quantity === "number" ? [{ sku, quantity }] : [];
    }),
  };
}

/** The session in an answer: `null` says that there is none, `undefined` that this is no such answer. */
export function toldSession(body: unknown): ToldSession | null | undefined {
  const session = field(body, "session");
  if (session === null) return null;
  const handle = toldText(session, "handle");
  const theme = toldText(field(session, "profile"), "theme");
  const cart = toldCart(field(session, "cart"));
  const [idleSeconds, ttlSeconds] = [field(session, "idleSeconds"), field(session, "ttlSeconds")];
  if (handle === null || theme === null || cart === null) return undefined;
  if (typeof idleSeconds !== "number" || typeof ttlSeconds !== "number") return undefined;
  const [createdAt, expiresAt] = [toldText(session, "createdAt"), toldText(session, "expiresAt")];
  const lifetimeSeconds = (Date.parse(expiresAt ?? "") - Date.parse(createdAt ?? "")) / 1000;
  const user = toldText(field(session, "user"), "name");
  return { handle, user, theme, idleSeconds, ttlSeconds, lifetimeSeconds, cart };
}
