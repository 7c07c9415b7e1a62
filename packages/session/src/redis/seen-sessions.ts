/** A session's text as Redis had it, with its times. */
export interface SeenSession {
  readonly text: string;
  /** To its end, if nobody comes back. */
  readonly ttlMs: number;
  /** Redis' time of the reading, epoch milliseconds. */
  readonly nowMs: number;
}

interface Entry extends SeenSession {
  /** When it was remembered, on the clock of `performance.now()`, which nobody can set. */
  readonly atMs: number;
  readonly bytes: number;
}

export type SeenSessions = ReturnType<typeof seenSessions>;

/** What all of it may take: 10,000 sessions of an average size. With the IDs that are known it stays below 20 MB. */
const MAX_BYTES = 9 * 1024 * 1024;
/** What an entry takes beside its text: its key, its numbers and its place in the map. */
const ENTRY_BYTES = 320;
/** Nothing of an ended session is taken up again for so long: what was read before its end may still be on its way. */
const ENDED_MS = 60_000;
const MAX_MARKS = 10_000;
/**
 * For so long after a conflict a change reads first. A server that writes on its own last write again and again is as fast as
 * one that has lost, and would starve it; with a reading in between, the one that waits is the faster one.
 */
const CONTENDED_MS = 1_000;
const SWEEP_MS = 60_000;

/**
 * The sessions that this server has read or written, as they were then, by key: what a change is made on, so that it needs no
 * reading first. It is the base of a compare-and-set and never an answer: what is stale costs one request more.
 *
 * Bounded: the one that was not used for longest goes first. Each goes when its session would have ended by itself, and at
 * once where the session is known to have ended.
 */
export function seenSessions(maxBytes = MAX_BYTES) {
  // A Map keeps the order in which its keys were put in: here that of their last use.
  const entries = new Map<string, Entry>();
  const ended = recentMarks(ENDED_MS);
  const contended = recentMarks(CONTENDED_MS);
  let bytes = 0;
  let sweptMs = 0;

  function remove(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  function sweep(nowMs: number): void {
    sweptMs = nowMs;
    for (const [key, entry] of entries) if (hasExpired(entry, nowMs)) remove(key);
  }

  return {
    /** With the times moved on to now; Redis' time is an estimate. */
    get(key: string): SeenSession | null {
      const entry = entries.get(key);
      if (!entry) return null;
      const nowMs = performance.now();
      if (contended.has(key, nowMs)) return null;
      remove(key);
      if (hasExpired(entry, nowMs)) return null;
      entries.set(key, entry);
      bytes += entry.bytes;
      const passedMs = Math.floor(nowMs - entry.atMs);
      return { text: entry.text, ttlMs: entry.ttlMs - passedMs, nowMs: entry.nowMs + passedMs };
    },

    set(key: string, { text, ttlMs, nowMs }: SeenSession): void {
      const atMs = performance.now();
      if (ended.has(key, atMs)) return;
      if (atMs - sweptMs > SWEEP_MS) sweep(atMs);
      remove(key);
      const entry = { text, ttlMs, nowMs, atMs, bytes: bytesOf(text) + ENTRY_BYTES };
      entries.set(key, entry);
      bytes += entry.bytes;
      for (const oldest of entries.keys()) {
        if (bytes <= maxBytes) break;
        remove(oldest);
      }
    },

    /** The session has ended, or is not there. */
    end(key: string): void {
      remove(key);
      ended.add(key, performance.now());
    },

    /** Another writer was faster. */
    contend(key: string): void {
      contended.add(key, performance.now());
    },

    /** What is remembered, what that takes, and how many sessions are marked as ended. */
    get size() {
      return { sessions: entries.size, bytes, ended: ended.size };
    },
  };
}

/** Keys that something happened to within the last `ms`. Each question lets the older ones go. */
function recentMarks(ms: number) {
  // In the order of their times.
  const marks = new Map<string, number>();

  function sweep(nowMs: number): void {
    for (const [key, atMs] of marks) {
      if (nowMs - atMs < ms && marks.size <= MAX_MARKS) return;
      marks.delete(key);
    }
  }

  return {
    add(key: string, nowMs: number): void {
      marks.delete(key);
      marks.set(key, nowMs);
      sweep(nowMs);
    },

    has(key: string, nowMs: number): boolean {
      sweep(nowMs);
      return marks.has(key);
    },

    get size() {
      return marks.size;
    },
  };
}

function hasExpired({ ttlMs, atMs }: Entry, nowMs: number): boolean {
  return nowMs - atMs >= ttlMs;
}

/** What V8 keeps a text in: one byte a character where all of them are Latin-1, else two. */
function bytesOf(text: string): number {
  return /[\u0100-\uffff]/.test(text) ? 2 * text.length : text.length;
}
