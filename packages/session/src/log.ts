/** Longer texts are cut: one line cannot fill the log. */
const MAX_TEXT = 200;

// What JSON leaves as it is, and other programs take for the end of a line or for a command to the terminal.
const ODD = /[\u007f-\u009f\u2028\u2029]/g;
const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * One line of JSON for the operator. Never a session ID, a seal, a password or session data: the fields are
 * names, counts and classes of failure.
 */
export function logEvent(
  event: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
  stream: "error" | "info" = "error",
): void {
  const line = { time: new Date().toISOString(), event, ...fields };
  // As JSON, a text cannot end its line or begin another field.
  const json = JSON.stringify(line, (_, value) =>
    typeof value === "string" ? value.slice(0, MAX_TEXT) : value,
  );
  console[stream](json.replace(ODD, escaped));
}

/** So many lines of a kind a second; what is beyond that is counted, and not written. */
export interface LineBudget {
  /** Whether there is room for one more line of this kind. Counts it if there is not. */
  admits(kind: string): boolean;
  /** How many of each kind were left out in seconds that are over; each is reported once. */
  leftOut(): readonly (readonly [kind: string, lines: number])[];
}

const WINDOW_MS = 1000;

/** @param now milliseconds that only go up: a clock that is set would close the log, or remove its bound */
export function lineBudget(linesEach: number, now: () => number = () => performance.now()): LineBudget {
  const windows = new Map<string, { readonly endsAtMs: number; lines: number }>();
  const unreported = new Map<string, number>();

  function close(kind: string, lines: number): void {
    if (lines > linesEach) unreported.set(kind, (unreported.get(kind) ?? 0) + lines - linesEach);
    windows.delete(kind);
  }

  return {
    admits(kind) {
      const nowMs = now();
      const open = windows.get(kind);
      if (open && open.endsAtMs > nowMs) return ++open.lines <= linesEach;
      if (open) close(kind, open.lines);
      windows.set(kind, { endsAtMs: nowMs + WINDOW_MS, lines: 1 });
      return true;
    },
    leftOut() {
      const nowMs = now();
      for (const [kind, { endsAtMs, lines }] of windows) if (endsAtMs <= nowMs) close(kind, lines);
      const reported = [...unreported];
      unreported.clear();
      return reported;
    },
  };
}
