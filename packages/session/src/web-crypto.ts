import type { Env } from "./env.ts";

// Texts of base64url without padding (RFC 4648, section 5) out of Web Crypto, which every runtime has.

/** Random bytes from the system's CSPRNG. */
export function randomText(bytes: number): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** The same again and again, drawn many at a time: for what is needed with each request. */
export function randomTexts(bytes: number): () => string {
  let drawn = new Uint8Array();
  let at = 0;
  return () => {
    // Not before the first call: some hosts allow no random numbers before the first request.
    if (at === drawn.length) [drawn, at] = [crypto.getRandomValues(new Uint8Array(bytes * DRAWN_AT_ONCE)), 0];
    at += bytes;
    return encodeBase64url(drawn.subarray(at - bytes, at));
  };
}

const DRAWN_AT_ONCE = 64;

/** The first bytes of the text's SHA-256. */
export async function hashText(text: string, bytes: number): Promise<string> {
  return encodeBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", encode(text)), 0, bytes));
}

/** The first bytes of the text's HMAC-SHA-256 with the key of this purpose. */
export async function signText(env: Env, purpose: string, text: string, bytes = 32): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await derivedKey(env, purpose), encode(text));
  return encodeBase64url(new Uint8Array(mac, 0, bytes));
}

/**
 * The text whose SHA-256 is a key derived from the newest secret. Each purpose has its own: none passes for another's.
 */
export function keyText(env: Env, purpose: string): string {
  return `${purpose} ${env.sessionSecrets[0] ?? ""}`;
}

const keys = new WeakMap<Env, Map<string, Promise<CryptoKey>>>();

/** With a new secret it is another. */
function derivedKey(env: Env, purpose: string): Promise<CryptoKey> {
  const known = keys.get(env) ?? new Map<string, Promise<CryptoKey>>();
  keys.set(env, known);
  const key = known.get(purpose) ?? importKey(keyText(env, purpose));
  known.set(purpose, key);
  return key;
}

async function importKey(text: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest("SHA-256", encode(text));
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** Bytes, some ten thousand at most. */
export function encodeBase64url(bytes: Uint8Array): string {
  // Not byte by byte: in the edge sandbox each access to a global is expensive.
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

export function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
