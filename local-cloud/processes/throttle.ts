/**
 * Passes on what is said, but of a flood only the beginning: `limit` calls in each `windowMs`, then one line that says
 * where the rest is. An outage makes every request an error, and a screen full of one error hides all others.
 */
export function throttle(
  say: (line: string) => void,
  { limit, windowMs, rest }: { limit: number; windowMs: number; rest: string },
): (line: string) => void {
  let windowEndsAtMs = 0;
  let said = 0;
  return (line) => {
    if (Date.now() >= windowEndsAtMs) {
      windowEndsAtMs = Date.now() + windowMs;
      said = 0;
    }
    said++;
    if (said <= limit) say(line);
    if (said === limit + 1) say(rest);
  };
}
