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
