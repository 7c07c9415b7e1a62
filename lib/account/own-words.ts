/** What the site calls itself. Whoever attacks this site tries its own words first. */
export const SITE_WORDS: readonly string[] = ["carryover"];

// What must be left is the length that a password must have anyway.
const SHORTEST = 8;

/**
 * Whether the password is made of the site's name and its owner's: without them, fewer than 8 characters are left. A long
 * sentence may well hold a name; `carryover2026` and `ada.ada.ada` hold little else.
 */
export function isOfOwnWords(password: string, userName: string): boolean {
  // The longer word first: a user may be called like a part of the site's name.
  const words = [...SITE_WORDS, userName].sort((one, other) => other.length - one.length);
  const rest = words.reduce((text, word) => text.replaceAll(word, ""), password.toLowerCase());
  return [...rest].length < SHORTEST;
}
