import { processState } from "./process-state.ts";

/** Longer texts are cut: nobody fills the log with one line. */
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

/** {@link logEvent}, once a process: for what a broken build would otherwise say with every visit. */
export function logEventOnce(event: string): void {
  const { logged } = processState();
  if (!logged.has(event)) logEvent(event);
  logged.add(event);
}
