const LIMIT = 600;

/** Why this work failed, in one line; undefined where it did not. */
export async function problemOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
    // What was tried is said first, and what went wrong last.
    return text.length > LIMIT ? `${text.slice(0, LIMIT / 4)} … ${text.slice((-3 * LIMIT) / 4)}` : text;
  }
}
