import type { SessionId } from "./session-id.ts";
import { hashText, randomText } from "./web-crypto.ts";

/**
 * The key that names a change: sent twice with one key, it is made once.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export const idempotencyKey = {
  /** The field of a form. */
  field: "idempotencyKey",
  /** The header of a JSON change. */
  header: "idempotency-key",
  /** 128 random bits as base64url, 22 characters: a new one for each change that is meant. */
  create: (): string => randomText(16),
} as const;

/**
 * What a store keeps of a request that brought an idempotency key: two hashes, never the key. Both are bound to the
 * session that the request carried.
 */
export interface RequestDigest {
  /** Of the key. */
  readonly key: string;
  /** Of the whole request: key, route and body. */
  readonly content: string;
}

/** The key came before, with another request. */
export class IdempotencyKeyReused extends Error {
  override readonly name = "IdempotencyKeyReused";
  constructor() {
    super("This idempotency key belongs to another request.");
  }
}

/**
 * Whether `request` is the one that was made `before`.
 *
 * @throws IdempotencyKeyReused when the key is the same and the request is another
 */
export function isRepetition(before: RequestDigest | undefined, request: RequestDigest | undefined): boolean {
  if (!before || !request || before.key !== request.key) return false;
  if (before.content !== request.content) throw new IdempotencyKeyReused();
  return true;
}

/**
 * How many requests a session remembers, and for how long: longer than a proxy or a browser takes to send one again.
 */
export const MAX_REQUESTS = 8;
const REMEMBERED_MS = 10_000;

/** A request that a session remembers: its digest's key and content, and when it was made, by the store's clock. */
export type RememberedRequest = readonly [key: string, content: string, atMs: number];

/** The requests in a stored session's field; what is none is left out. */
export function parseRequests(field: unknown): RememberedRequest[] {
  if (!Array.isArray(field)) return [];
  return field.filter(isRemembered);
}

// By hand and without a schema: what the browser needs of this module stays small.
function isRemembered(each: unknown): each is RememberedRequest {
  if (!Array.isArray(each) || each.length !== 3) return false;
  const [key, content, atMs] = each;
  return isHash(key) && isHash(content) && Number.isSafeInteger(atMs);
}

const isHash = (text: unknown) => typeof text === "string" && text.length <= 64;

/** Those that are remembered still at `nowMs`. */
export function freshRequests(requests: readonly RememberedRequest[], nowMs: number): RememberedRequest[] {
  return requests.filter(([, , atMs]) => nowMs - atMs <= REMEMBERED_MS);
}

/** With one more at the end. */
export function rememberRequest(
  requests: readonly RememberedRequest[],
  { key, content }: RequestDigest,
  nowMs: number,
): RememberedRequest[] {
  return [...requests, [key, content, nowMs] as const].slice(-MAX_REQUESTS);
}

/** Whether the request was made before. @throws IdempotencyKeyReused */
export function wasMade(requests: readonly RememberedRequest[], request: RequestDigest | undefined): boolean {
  return requests.some(([key, content]) => isRepetition({ key, content }, request));
}

const HASH_BYTES = 12;

interface KeyedRequest {
  readonly key: string;
  readonly path: string;
  /** The fields of the body as they were sent. */
  readonly sent: Readonly<Record<string, unknown>>;
  readonly carried: SessionId | null;
}

/**
 * What the store keeps of a request with a key: 96 bits each of SHA-256 over the key, and over all of the request. The
 * body may hold a password: without the key, which is not kept anywhere, passwords cannot be tried on the hash.
 */
export async function requestDigest({ key, path, sent, carried }: KeyedRequest): Promise<RequestDigest> {
  const fields = Object.entries(sent)
    .filter(([name]) => name !== idempotencyKey.field)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const [ofKey, ofAll] = await Promise.all([
    hashText(JSON.stringify(["key", key, carried]), HASH_BYTES),
    hashText(JSON.stringify([key, carried, path, fields]), HASH_BYTES),
  ]);
  return { key: ofKey, content: ofAll };
}
