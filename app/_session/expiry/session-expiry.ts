/** When a session ends unless somebody comes back. Moments are milliseconds of the page's own time (`pageNow`). */
export interface SessionExpiry {
  readonly idleMs: number;
  /** What is nearer of the two ends. */
  readonly endsAtMs: number;
  /** The absolute end, that nothing puts off. */
  readonly lifetimeEndsAtMs: number;
}

/** The expiry after a page view or a change has renewed the idle timeout. */
export function renewedExpiry(expiry: SessionExpiry, nowMs: number): SessionExpiry {
  return { ...expiry, endsAtMs: Math.min(nowMs + expiry.idleMs, expiry.lifetimeEndsAtMs) };
}

/** The expiry by what the server answered, in whole seconds rounded down. An expiry that agrees is kept, so that no countdown jumps. */
export function correctedExpiry(
  expiry: SessionExpiry,
  answer: { readonly idleSeconds: number; readonly ttlSeconds: number },
  nowMs: number,
): SessionExpiry {
  const ttlMs = answer.ttlSeconds * 1000;
  const leftMs = expiry.endsAtMs - nowMs;
  const agrees = leftMs >= ttlMs - 500 && leftMs < ttlMs + 1500;
  const endsAtMs = Math.min(nowMs + ttlMs + 999, expiry.lifetimeEndsAtMs);
  return { ...expiry, idleMs: answer.idleSeconds * 1000, ...(!agrees && { endsAtMs }) };
}

/** Whether staying puts the end off; not where the absolute end is the nearer one. */
export function canBeProlonged({ endsAtMs, lifetimeEndsAtMs }: SessionExpiry): boolean {
  return lifetimeEndsAtMs - endsAtMs > 1000;
}

const SHORTEST_WARNING_MS = 3000;

/** How long before its end a session's owner is warned; 0: so little that a warning could not be read. */
export function warningMs({ idleMs }: SessionExpiry): number {
  const leadMs = Math.min(60_000, idleMs / 3);
  return leadMs < SHORTEST_WARNING_MS ? 0 : leadMs;
}
