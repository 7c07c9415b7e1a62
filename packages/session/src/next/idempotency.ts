import { encodeBase64url } from "../base64url.ts";
import type { RequestDigest } from "../request-digest.ts";
import type { SessionId } from "../session-id.ts";
import type { BodyKind } from "./body.ts";
import { IDEMPOTENCY_FIELD, IDEMPOTENCY_HEADER } from "./idempotency-key.ts";
import { Problem } from "./problem.ts";

const KEY = /^[A-Za-z0-9_-]{16,64}$/;

/** The idempotency key of a change, `null` without one. @throws Problem `invalid` for what is none */
export function idempotencyKeyOf(
  headers: Headers,
  kind: BodyKind,
  sent: Readonly<Record<string, unknown>>,
): string | null {
  const key = kind === "form" ? sent[IDEMPOTENCY_FIELD] : headers.get(IDEMPOTENCY_HEADER);
  if (key === undefined || key === null) return null;
  if (typeof key === "string" && KEY.test(key)) return key;
  throw new Problem({
    code: "invalid",
    detail: "An idempotency key is 16 to 64 of letters, digits, - and _.",
    field: IDEMPOTENCY_FIELD,
  });
}

interface KeyedRequest {
  readonly key: string;
  readonly path: string;
  /** The fields of the body as they were sent. */
  readonly sent: Readonly<Record<string, unknown>>;
  readonly carried: SessionId | null;
}

/**
 * What the store keeps of a request with a key: 96 bits each of SHA-256 over the key, and over all of the request. The body may
 * hold a password: nobody can try passwords on the hash without the key, which is not kept anywhere.
 */
export async function requestDigest({ key, path, sent, carried }: KeyedRequest): Promise<RequestDigest> {
  const fields = Object.entries(sent)
    .filter(([name]) => name !== IDEMPOTENCY_FIELD)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const [ofKey, ofAll] = await Promise.all([hash(["key", key, carried]), hash([key, carried, path, fields])]);
  return { key: ofKey, content: ofAll };
}

async function hash(parts: readonly unknown[]): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  return encodeBase64url(new Uint8Array(digest, 0, 12));
}
