/**
 * One line of JSON for the operator. Never a session ID, a seal, a password or session data: the fields are
 * names, counts and classes of failure.
 */
export function logEvent(
  event: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): void {
  console.error(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
}

const logged = new Set<string>();

/** {@link logEvent}, once a process: for what a broken build would otherwise say with every visit. */
export function logEventOnce(event: string): void {
  if (!logged.has(event)) logEvent(event);
  logged.add(event);
}
