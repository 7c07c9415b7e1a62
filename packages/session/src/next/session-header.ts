import { encodeBase64url } from "../base64url.ts";
import type { Env } from "../env.ts";
import type { KnownSession } from "./known-session.ts";
import { macKey } from "./mac-key.ts";

/** The request header in which the middleware hands the session on to the render of the same request. */
export const SESSION_HEADER = "x-carryover-session";

/** What the middleware found. */
export type Handover<D = unknown> =
  | { readonly state: "live"; readonly known: KnownSession<D> }
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
  const payload = encodeBase64url(encode(JSON.stringify(handover)));
  const signed = `${Date.now()}.${payload}`;
  const mac = await crypto.subtle.sign("HMAC", await keyOf(env), encode(textToSign(signed, cookies)));
  return `${signed}.${encodeBase64url(new Uint8Array(mac))}`;
}

/** What the MAC is over. */
export function textToSign(signed: string, cookies: readonly string[]): string {
  return [signed, ...cookies].join("\n");
}

let memory: { env: Env; key: Promise<CryptoKey> } | undefined;

/** A key of its own, derived from the newest secret, so that no seal can pass for a signature. */
function keyOf(env: Env): Promise<CryptoKey> {
  if (memory?.env !== env) memory = { env, key: macKey(keyText(env.sessionSecrets[0] ?? "")) };
  return memory.key;
}

/** The text whose SHA-256 is the key. */
export function keyText(secret: string): string {
  return `session header key ${secret}`;
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
