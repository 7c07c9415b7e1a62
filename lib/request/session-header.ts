import { decodeBase64url, encodeBase64url } from "@/lib/base64url";
import type { Env } from "@/lib/env";
import type { KnownSession } from "./known-session";

/** The request header in which the middleware hands the session on to the render of the same request. */
export const SESSION_HEADER = "x-carryover-session";

/** How long the hand-over may take. */
const VALID_MS = 10_000;

/** What the middleware found. */
export type Handover =
  | { readonly state: "live"; readonly known: KnownSession }
  | { readonly state: "none" }
  | { readonly state: "unavailable" };

/**
 * Signs what the middleware found: `time.payload.mac`, the MAC over the time, the payload and the session cookies of the
 * request. A client could write the header itself, and where the middleware does not run nobody would remove it: only
 * what this server signed, for these very cookies and a moment ago, is believed.
 */
export async function signHandover(
  handover: Handover,
  cookies: readonly string[],
  env: Env,
): Promise<string> {
  const payload = encodeBase64url(new TextEncoder().encode(JSON.stringify(handover)));
  const signed = `${Date.now()}.${payload}`;
  const mac = await crypto.subtle.sign("HMAC", await keyOf(env), bytesToSign(signed, cookies));
  return `${signed}.${encodeBase64url(new Uint8Array(mac))}`;
}

/** What the middleware of this server found for these cookies, or `null` when there is no such word. */
export async function readHandover(
  header: string | null,
  cookies: readonly string[],
  env: Env,
): Promise<Handover | null> {
  const [, signed = "", time, payload = "", mac = ""] =
    /^((\d{13})\.([\w-]+))\.([\w-]{43})$/.exec(header ?? "") ?? [];
  if (Math.abs(Date.now() - Number(time)) > VALID_MS || !payload) return null;
  const key = await keyOf(env);
  if (!(await crypto.subtle.verify("HMAC", key, decodeBase64url(mac), bytesToSign(signed, cookies))))
    return null;
  return JSON.parse(new TextDecoder().decode(decodeBase64url(payload)));
}

function bytesToSign(signed: string, cookies: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode([signed, ...cookies].join("\n"));
}

let memory: { env: Env; key: Promise<CryptoKey> } | undefined;

/** A key of its own, derived from the newest secret, so that no seal can pass for a signature. */
function keyOf(env: Env): Promise<CryptoKey> {
  if (memory?.env !== env) memory = { env, key: deriveKey(env.sessionSecrets[0] ?? "") };
  return memory.key;
}

async function deriveKey(secret: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(`session header key ${secret}`),
  );
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}
