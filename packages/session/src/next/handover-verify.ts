import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Env } from "../env.ts";
import { keyText } from "../web-crypto.ts";
import { HANDOVER_KEY, type Handover, textToSign } from "./handover-sign.ts";

/** How long the hand-over may take. */
const VALID_MS = 10_000;

/**
 * What the middleware of this server found for these cookies, or `null` when there is no such word. At once and not by
 * Web Crypto, as it was signed: a render that has to wait, if only for a moment, is twice the work.
 */
export function readHandover(header: string | null, cookies: readonly string[], env: Env): Handover | null {
  const [time = "", mac = ""] = header?.split(".", 2) ?? [];
  const payload = header?.slice(time.length + mac.length + 2);
  if (!payload || !(Math.abs(Date.now() - Number(time)) <= VALID_MS)) return null;
  const right = createHmac("sha256", keyOf(env))
    .update(textToSign(time, payload, cookies))
    .digest("base64url");
  if (!isSame(mac, right)) return null;
  return JSON.parse(payload.startsWith("{") ? payload : Buffer.from(payload, "base64url").toString());
}

function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const keys = new WeakMap<Env, Buffer>();

function keyOf(env: Env): Buffer {
  const key = keys.get(env) ?? createHash("sha256").update(keyText(env, HANDOVER_KEY)).digest();
  keys.set(env, key);
  return key;
}
