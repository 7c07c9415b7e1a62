import type { Env } from "./env.ts";

/** The text whose SHA-256 is a key derived from the newest secret. Each purpose has its own: none passes for another's. */
export function keyText(env: Env, purpose: string): string {
  return `${purpose} ${env.sessionSecrets[0] ?? ""}`;
}

const keys = new WeakMap<Env, Map<string, Promise<CryptoKey>>>();

/** A key for HMAC-SHA-256 of this purpose. With a new secret it is another. */
export function derivedKey(env: Env, purpose: string): Promise<CryptoKey> {
  const known = keys.get(env) ?? new Map<string, Promise<CryptoKey>>();
  keys.set(env, known);
  const key = known.get(purpose) ?? importKey(keyText(env, purpose));
  known.set(purpose, key);
  return key;
}

async function importKey(text: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
