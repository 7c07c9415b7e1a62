/** When a session ends unless somebody comes back. Moments are milliseconds of the page's own time (`pageNow`). */
export interface SessionClock {
  readonly idleMs: number;
  /** What is nearer of the two ends. */
  readonly endsAtMs: number;
  /** The absolute end, that nothing puts off. */
  readonly lifetimeEndsAtMs: number;
}

/** The clock has just been wound: by a visit, or by a change. */
export function woundClock(clock: SessionClock, nowMs: number): SessionClock {
  return { ...clock, endsAtMs: Math.min(nowMs + clock.idleMs, clock.lifetimeEndsAtMs) };
}

/** The clock as the server tells it, in whole seconds rounded down: what agrees with it stands, so that nothing jumps. */
export function correctedClock(
  clock: SessionClock,
  told: { readonly idleSeconds: number; readonly ttlSeconds: number },
  nowMs: number,
): SessionClock {
  const toldMs = told.ttlSeconds * 1000;
  const leftMs = clock.endsAtMs - nowMs;
  const agrees = leftMs >= toldMs - 500 && leftMs < toldMs + 1500;
  const endsAtMs = Math.min(nowMs + toldMs + 999, clock.lifetimeEndsAtMs);
  return { ...clock, idleMs: told.idleSeconds * 1000, ...(!agrees && { endsAtMs }) };
}

/** Whether staying puts the end off; not where the absolute end is the nearer one. */
export function canBeProlonged({ endsAtMs, lifetimeEndsAtMs }: SessionClock): boolean {
  return lifetimeEndsAtMs - endsAtMs > 1000;
}

const SHORTEST_WARNING_MS = 3000;

/** How long before its end a session's owner is warned; 0: so little that a warning could not be read. */
export function warningMs({ idleMs }: SessionClock): number {
  const leadMs = Math.min(60_000, idleMs / 3);
  return leadMs < SHORTEST_WARNING_MS ? 0 : leadMs;
}
