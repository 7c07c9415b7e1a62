import { encodeBase64url } from "../base64url.ts";

/**
 * The field of a form, and the header of a JSON change, that name the change: sent twice with one key, it is made once.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const IDEMPOTENCY_FIELD = "idempotencyKey";
export const IDEMPOTENCY_HEADER = "idempotency-key";

/** 128 random bits as base64url, 22 characters: a new one for each change that is meant. */
export function newIdempotencyKey(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
}
