import { encodeBase64url } from "../base64url.ts";
import { derivedKey } from "../derived-key.ts";
import type { Env } from "../env.ts";

/** What is hashed: equal texts of different kinds have nothing in common. */
export type Hashed = "session" | "user" | "account";

/**
 * A name for a session, a user (by ID) or an account (by name) that stands in a log: lines about one can be put together, and
 * the log alone tells of none which it is. 128 bits of an HMAC as 22 characters of base64url.
 *
 * The key is derived from the newest secret with a label of its own: a hash from a log is no key, no signature and no
 * seal anywhere. Whoever holds the secret can hash an ID and look for it; with a new secret, all names change.
 */
export async function auditHash(kind: Hashed, text: string, env: Env): Promise<string> {
  const mac = await crypto.subtle.sign(
    "HMAC",
    await derivedKey(env, "audit key"),
    new TextEncoder().encode(`${kind} ${text}`),
  );
  return encodeBase64url(new Uint8Array(mac, 0, 16));
}
