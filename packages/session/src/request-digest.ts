import { z } from "zod/mini";

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

/** How many requests a session remembers, and for how long: longer than a proxy or a browser takes to send one again. */
export const MAX_REQUESTS = 8;
const REMEMBERED_MS = 10_000;

/** A request that a session remembers: its digest's key and content, and when it was made, by the store's clock. */
export type RememberedRequest = readonly [key: string, content: string, atMs: number];

const remembered = z.tuple([z.string().check(z.maxLength(64)), z.string().check(z.maxLength(64)), z.int()]);

/** The requests in a stored session's field; what is none is left out. */
export function parseRequests(field: unknown): RememberedRequest[] {
  if (!Array.isArray(field)) return [];
  return field.flatMap((each) => {
    const { data } = remembered.safeParse(each);
    return data ? [data] : [];
  });
}

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
