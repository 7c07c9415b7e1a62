import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks `condition` again and again until it holds. Throws an error that names `what` after `limitMs`.
 * An exception inside the condition ends the wait at once: it is the caller's way to give up early.
 */
export async function poll(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { limitMs = 20_000, everyMs = 20 } = {},
): Promise<void> {
  const endsAt = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await pause(everyMs);
  }
}
