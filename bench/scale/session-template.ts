import { randomUUID } from "node:crypto";
import { redisKeys } from "@carryover/session/internal/redis/keys";
import { createSessionId } from "@carryover/session/internal/session-id";
import { addToCart } from "@/lib/cart/cart";
import { changeCart, sessionCodec, signedInSession } from "@/lib/test-session";

export const SESSION_INIT = { idleSeconds: 86_400, servedBy: "a", device: "Chrome on Windows" };

const LIFETIME_MS = 604_800_000;
const keys = redisKeys("");

export type Commands = readonly (readonly string[])[];

/** A signed-in user with two lines in the cart: the same data, as each kind of store keeps it. */
export function draw(now: number) {
  const user = { id: randomUUID(), name: `guest-${randomUUID().slice(0, 8)}` };
  const cart = addToCart(addToCart({ lines: [] }, "tote", 1), "lantern", 2);
  const draft = changeCart(signedInSession(user, null, SESSION_INIT), () => cart);
  const expiresAt = now + LIFETIME_MS;
  return { user, draft, createdAt: now, expiresAt };
}

type Drawn = ReturnType<typeof draw>;

/** As the script of a begin writes it, with the token of the write. */
export function ourSession({ draft, createdAt, expiresAt }: Drawn) {
  const id = createSessionId();
  const { v, idleSeconds, body } = sessionCodec.encode(draft, ["C-r0rXIHCqDrVF"]);
  const head = { v, revision: 1, createdAt, expiresAt, idleSeconds };
  const text = `${JSON.stringify(head).slice(0, -1)},${body}`;
  return { id, set: ["SET", keys.session(id), text, "PX", `${idleSeconds * 1_000}`] };
}

/** And its user's list. */
export function ourList({ user, createdAt }: Drawn, id: string): Commands {
  const list = keys.userSessions(user.id);
  return [
    ["ZADD", list, `${createdAt}`, id],
    ["PEXPIRE", list, `${LIFETIME_MS}`],
  ];
}

/** As express-session and connect-redis write it, with a cookie that lives as long as ours. */
export function connectRedisSession({ draft, createdAt, expiresAt }: Drawn): Commands {
  const cookie = {
    originalMaxAge: LIFETIME_MS,
    expires: new Date(expiresAt).toISOString(),
    httpOnly: true,
    path: "/",
  };
  const text = JSON.stringify({ cookie, ...draft, createdAt, expiresAt });
  return [["SET", `sess:${createSessionId().slice(0, 32)}`, text, "EX", "86400"]];
}

/** As the guides of Redis do: a hash of fields, of which those that are not flat are JSON. */
export function hashSession({ draft, createdAt, expiresAt }: Drawn): Commands {
  const fields = Object.entries({ ...draft, createdAt, expiresAt }).flatMap(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const key = `session:${createSessionId()}`;
  return [
    ["HSET", key, ...fields],
    ["EXPIRE", key, "86400"],
  ];
}
