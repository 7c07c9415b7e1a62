import { type SessionClock, warningMs } from "./session-expiry";

/** What the watch knows, in milliseconds of the page's own time. */
export interface Watch {
  /** When the server last told of the session; 0 is the page's own load. */
  readonly lookedAtMs: number;
  /** When it was last asked, and whether it could not be reached. */
  readonly askedAtMs: number;
  readonly isOutOfReach: boolean;
  /** The end that has been warned of, `null` for none. */
  readonly warnedOfMs: number | null;
}

/** How often a visible tab looks by itself. */
const LOOK_EVERY_MS = 60_000;
/** After a look that found nobody. */
const RETRY_MS = 5000;
const PAUSE_MS = 1000;

/**
 * What to do now: rest, look (peek at the session, which winds nothing), or warn of its end. Another tab may have wound the
 * clock, so a warning needs a look first, and so does the end: only the server says that a session has ended.
 */
export function watchStep(clock: SessionClock, watch: Watch, nowMs: number): "rest" | "look" | "warn" {
  const leadMs = warningMs(clock);
  const warnFromMs = clock.endsAtMs - leadMs;
  const isOver = nowMs >= clock.endsAtMs;
  const isNear = leadMs > 0 && nowMs >= warnFromMs && !isOver && watch.warnedOfMs !== clock.endsAtMs;
  if (isNear && watch.lookedAtMs >= warnFromMs) return "warn";
  const mayLook = nowMs - watch.askedAtMs >= (watch.isOutOfReach ? RETRY_MS : PAUSE_MS);
  const isStale = nowMs - watch.lookedAtMs >= LOOK_EVERY_MS;
  return mayLook && (isOver || isNear || isStale) ? "look" : "rest";
}

/** Whether coming back to the tab is worth a look. */
export function isWorthALook(watch: Watch, nowMs: number): boolean {
  return nowMs - watch.askedAtMs >= RETRY_MS;
}
