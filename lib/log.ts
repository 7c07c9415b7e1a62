/** Longer texts are cut: nobody fills the log with one line. */
const MAX_TEXT = 200;

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
  console[stream](
    JSON.stringify(line, (_, value) => (typeof value === "string" ? value.slice(0, MAX_TEXT) : value)),
  );
}

const logged = new Set<string>();

/** {@link logEvent}, once a process: for what a broken build would otherwise say with every visit. */
export function logEventOnce(event: string): void {
  if (!logged.has(event)) logEvent(event);
  logged.add(event);
}
