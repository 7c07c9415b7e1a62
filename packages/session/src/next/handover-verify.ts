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
export function readHandover<D>(
  header: string | null,
  cookies: readonly string[],
  env: Env,
): Handover<D> | null {
  const [, signed = "", time, payload = "", mac = ""] =
    /^((\d{13})\.([\w-]+))\.([\w-]{43})$/.exec(header ?? "") ?? [];
  if (Math.abs(Date.now() - Number(time)) > VALID_MS || !payload) return null;
  const right = createHmac("sha256", keyOf(env)).update(textToSign(signed, cookies)).digest();
  if (!timingSafeEqual(Buffer.from(mac, "base64url"), right)) return null;
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

const keys = new WeakMap<Env, Buffer>();

function keyOf(env: Env): Buffer {
  const key = keys.get(env) ?? createHash("sha256").update(keyText(env, HANDOVER_KEY)).digest();
  keys.set(env, key);
  return key;
}
