/** How many processes a session remembers the last write of. */
const MAX_WRITES = 8;
const TAG_LENGTH = 6;

let processTag: string | undefined;

/**
 * A name for one write: six characters for this process, then eight for the write. A write that is asked for twice,
 * because its reply was lost, finds its own name in the session and knows that it is done.
 */
export function createWriteToken(): string {
  // Not at module level: some hosts allow no random numbers before the first request.
  processTag ??= randomText(TAG_LENGTH);
  return processTag + randomText(8);
}

/** The writes to remember with a new one: one a process, since each process makes one write to a session at a time. */
export function rememberWrite(writes: readonly string[], token: string): string[] {
  const others = writes.filter((each) => !each.startsWith(token.slice(0, TAG_LENGTH)));
  return [token, ...others].slice(0, MAX_WRITES);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function randomText(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => ALPHABET[byte % 64]).join("");
}
