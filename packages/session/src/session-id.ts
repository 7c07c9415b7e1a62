import { encodeBase64url } from "./web-crypto.ts";

/** An opaque session ID: 256 bits from a CSPRNG as base64url, 43 characters. A bearer secret: never print it. */
export type SessionId = string & { readonly __brand: "SessionId" };

// 43 characters carry 258 bits, so the last one has two bits to spare: only those that leave them zero are canonical.
const SESSION_ID = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** A new ID. Source: Web Crypto's CSPRNG (OWASP Session Management Cheat Sheet asks for 64 bits or more). */
export function createSessionId(): SessionId {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(32))) as SessionId;
}

/** The ID in this text, or `null` when it is not one. Nothing else turns a string into a session ID. */
export function parseSessionId(text: unknown): SessionId | null {
  return typeof text === "string" && SESSION_ID.test(text) ? (text as SessionId) : null;
}

/**
 * A short public name of a session, 12 hex digits: the beginning of the ID's SHA-256. It distinguishes two
 * sessions on a screen and opens nothing: 48 bits of a hash of 256 random bits open nothing.
 */
export async function sessionHandle(id: SessionId): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
  return Array.from(new Uint8Array(digest, 0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
