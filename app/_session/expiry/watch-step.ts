import { type SessionExpiry, warningMs } from "./session-expiry";

/** What the watch knows, in milliseconds of the page's own time. */
export interface Watch {
  /** When the server last answered about the session; 0 is the page's own load. */
  readonly polledAtMs: number;
  /** When it was last asked, and whether it could not be reached. */
  readonly askedAtMs: number;
  readonly isOutOfReach: boolean;
  /** The end that has been warned of, `null` for none. */
  readonly warnedOfMs: number | null;
}

/** How often a visible tab refreshes by itself. */
const POLL_EVERY_MS = 60_000;
/** After a refresh that nobody answered. */
const RETRY_MS = 5000;
const PAUSE_MS = 1000;

/**
 * What to do now: rest, refresh (a peek, which renews no timeout), or warn of the end. Another tab may have renewed the
 * session, so a warning needs a refresh first. So does the end: only the server says that a session has ended.
 */
export function watchStep(expiry: SessionExpiry, watch: Watch, nowMs: number): "rest" | "refresh" | "warn" {
  const leadMs = warningMs(expiry);
  const warnFromMs = expiry.endsAtMs - leadMs;
  const isOver = nowMs >= expiry.endsAtMs;
  const isNear = leadMs > 0 && nowMs >= warnFromMs && !isOver && watch.warnedOfMs !== expiry.endsAtMs;
  if (isNear && watch.polledAtMs >= warnFromMs) return "warn";
  const mayRefresh = nowMs - watch.askedAtMs >= (watch.isOutOfReach ? RETRY_MS : PAUSE_MS);
  const isStale = nowMs - watch.polledAtMs >= POLL_EVERY_MS;
  return mayRefresh && (isOver || isNear || isStale) ? "refresh" : "rest";
}

/** Whether coming back to the tab is worth a refresh. */
export function shouldRefreshOnReturn(watch: Watch, nowMs: number): boolean {
  return nowMs - watch.askedAtMs >= RETRY_MS;
}
