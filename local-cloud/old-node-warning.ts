/** The oldest Node that its makers keep up (nodejs.org/en/about/previous-releases, November 2026). */
const OLDEST_SUPPORTED_MAJOR = 22;

/** What to say on a Node that works here and gets no security fixes any more; undefined on the others. */
export function oldNodeWarning(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= OLDEST_SUPPORTED_MAJOR) return undefined;
  return `Node ${version} works, but gets no security fixes any more: for anything but a try, use Node 24.`;
}
