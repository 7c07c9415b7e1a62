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
